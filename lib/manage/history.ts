import { z } from 'zod';
import { AppError } from '../errors.ts';
import type { PlacedEntry } from '../ports/audit.ts';
import { type Fact, factSchema, whySchema } from '../sync/audit/audit-entry.ts';
import { LANES } from '../sync/lanes.ts';
import { connectionOf } from './connections.ts';
import { type Contract, route } from './contract.ts';
import { listingAnswer, listingShape, wantedOf } from './listing.ts';
import type { Call } from './manage.ts';
import { afterSchema, cursorOf, cursorText, type LaneCursor, queryOf } from './paging.ts';
import type { Column } from './table-text.ts';
import { EXAMPLE, kindSchema, nextSchema, timeSchema } from './views.ts';

const placeSchema = z
  .string()
  .regex(/^\d{13}:\d{13}-\d{1,2}$/)
  .optional()
  .describe('Taken from `next` of the page before');

/** What was done about one object at once. */
const entrySchema = z.strictObject({
  at: timeSchema,
  objectId: z.string(),
  kind: kindSchema,
  cause: whySchema.shape.cause,
  runId: z.string().optional(),
  /** The administrator whose word it was. */
  by: z.string().optional(),
  facts: z.array(z.strictObject(factSchema.shape)),
});
type EntryView = z.infer<typeof entrySchema>;

const ENTRY_EXAMPLE: EntryView = {
  at: EXAMPLE.at,
  objectId: EXAMPLE.userId,
  kind: 'user',
  cause: 'entra',
  runId: EXAMPLE.runId,
  facts: [{ did: 'updated', attributes: ['title'] }],
};

const historyContract = {
  operation: 'showHistory',
  summary: 'What happened to one object, and why, newest first',
  query: z.object({ ...listingShape, after: placeSchema }),
  answers: {
    200: {
      description: 'A page of entries',
      body: z.strictObject({ history: z.array(entrySchema), next: nextSchema }),
      example: { history: [ENTRY_EXAMPLE] },
      files: true,
    },
  },
} satisfies Contract;

/** What happened to one object, and why; newest first. */
export const showHistory = route(historyContract)(async (call) => {
  const { id } = await connectionOf(call);
  const { objectId = '' } = call.params;
  if (objectId.length > 128) throw new AppError('not-found', 'no object has an id of that length');
  const wanted = wantedOf(call);
  const after = placeSchema.safeParse(queryOf(call).after);
  if (!after.success) throw new AppError('bad-request', 'after: from the page before');
  return listingAnswer(call, wanted, {
    name: 'history',
    after: after.data,
    read: async (page) => {
      const { entries, next } = await call.services.audit.history(id, objectId, page);
      return { items: entries.map(entryView), next };
    },
    lines: linesOf,
    columns: COLUMNS,
    page: (history, more) => ({ history: [...history], ...more }),
  });
});

const timeOfQuery = z.iso.datetime({ offset: true }).optional();

/** The time that a list is about. */
export const spanShape = {
  from: timeOfQuery.describe('From then on'),
  to: timeOfQuery.describe('Before then'),
};

const auditContract = {
  operation: 'listAudit',
  summary: 'What happened to all objects, object by object',
  query: z.object({ ...listingShape, ...spanShape, after: afterSchema }),
  answers: {
    200: {
      description: 'A page of entries; it may be short though more follow',
      body: z.strictObject({ audit: z.array(entrySchema), next: nextSchema }),
      example: { audit: [ENTRY_EXAMPLE] },
      files: true,
    },
  },
} satisfies Contract;

/** What happened to all objects, object by object; a file of it is an audit's. */
export const listAudit = route(auditContract)(async (call) => {
  const { id } = await connectionOf(call);
  const wanted = wantedOf(call);
  const { during, query } = spanOf(call);
  const { after } = queryOf(call);
  cursorOf(after);
  return listingAnswer(call, wanted, {
    name: 'audit',
    after,
    query,
    read: async ({ size, after: place }) => {
      const { entries, next } = await readLanes(call, id, {
        size,
        cursor: cursorOf(place),
        during,
      });
      return { items: entries.map(entryView), next: next && cursorText(next) };
    },
    lines: linesOf,
    columns: COLUMNS,
    page: (audit, more) => ({ audit: [...audit], ...more }),
  });
});

type Reading = Parameters<Call['services']['audit']['ofLane']>[2];

/** Lane by lane, until a page is full. */
async function readLanes(
  { services }: Call,
  connectionId: string,
  { size, cursor, during }: { size: number; cursor: LaneCursor; during: Reading['during'] },
): Promise<{ entries: readonly PlacedEntry[]; next?: LaneCursor }> {
  const entries: PlacedEntry[] = [];
  for (let lane = cursor.lane; lane < LANES; lane += 1) {
    const from = lane === cursor.lane ? cursor.from : undefined;
    const page = { size: Math.min(1_000, size - entries.length), ...(from && { from }) };
    const pages = services.audit.ofLane(connectionId, lane, { ...page, ...(during && { during }) });
    for await (const some of pages) {
      entries.push(...some.entries);
      // A page is never longer than what was asked for at first: the last may overfill the list.
      if (entries.length >= size) return { entries, next: { lane, from: some.cursor } };
    }
  }
  return { entries };
}

/**
 * The time that a call asks for by `?from=` (inclusive) and `?to=` (exclusive), ISO 8601.
 * @throws AppError `bad-request`
 */
export function spanOf(call: Call) {
  const { from, to } = queryOf(call);
  if (!timeOfQuery.safeParse(from).success || !timeOfQuery.safeParse(to).success)
    throw new AppError('bad-request', 'from, to: times such as 2026-01-31T00:00:00Z');
  return {
    during: {
      ...(from !== undefined && { from: Date.parse(from) }),
      ...(to !== undefined && { to: Date.parse(to) }),
    },
    query: { ...(from !== undefined && { from }), ...(to !== undefined && { to }) },
  };
}

function entryView({ objectId, kind, at, cause, runId, by, facts }: PlacedEntry): EntryView {
  return {
    at: new Date(at).toISOString(),
    objectId,
    kind,
    cause,
    ...(runId !== undefined && { runId }),
    ...(by !== undefined && { by }),
    facts: [...facts],
  };
}

type Line = Omit<EntryView, 'facts'> & Fact;

function linesOf({ facts, ...entry }: EntryView): Line[] {
  return facts.map((fact) => ({ ...entry, ...fact }));
}

const COLUMNS: readonly Column<Line>[] = [
  ['at', ({ at }) => at],
  ['objectId', ({ objectId }) => objectId],
  ['kind', ({ kind }) => kind],
  ['did', ({ did }) => did],
  ['attributes', ({ attributes }) => attributes],
  ['winner', ({ winner }) => winner],
  ['ids', ({ ids }) => ids],
  ['entitlements', ({ entitlements }) => entitlements],
  ['reason', ({ reason }) => reason],
  ['detail', ({ detail }) => detail],
  ['loss', ({ loss }) => loss],
  ['evidence', ({ evidence }) => evidence],
  ['approved', ({ approved }) => approved],
  ['cause', ({ cause }) => cause],
  ['runId', ({ runId }) => runId],
  ['by', ({ by }) => by],
];
