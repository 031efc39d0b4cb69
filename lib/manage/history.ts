import type { HttpResponseInit } from '@azure/functions';
import { z } from 'zod';
import { AppError } from '../errors.ts';
import type { PlacedEntry } from '../ports/audit.ts';
import type { Fact } from '../sync/audit/audit-entry.ts';
import { LANES } from '../sync/lanes.ts';
import { connectionOf } from './connections.ts';
import { listingAnswer, wantedOf } from './listing.ts';
import type { Call } from './manage.ts';
import { cursorOf, cursorText, type LaneCursor, queryOf } from './paging.ts';
import type { Column } from './table-text.ts';

const placeSchema = z
  .string()
  .regex(/^\d{13}:\d{13}-\d{1,2}$/)
  .optional();

/** What happened to one object, and why; newest first. */
export async function showHistory(call: Call): Promise<HttpResponseInit> {
  const { id } = await connectionOf(call);
  const { objectId = '' } = call.params;
  if (objectId.length > 128) throw new AppError('not-found', 'no object has an id of that length');
  const wanted = wantedOf(call);
  const after = placeSchema.safeParse(queryOf(call).after);
  if (!after.success) throw new AppError('bad-request', 'after: from the page before');
  const page = { size: wanted.size, ...(after.data !== undefined && { after: after.data }) };
  const { entries, next } = await call.services.audit.history(id, objectId, page);
  return listingAnswer(call, wanted, {
    name: 'history',
    rows: entries.map(entryView),
    lines: linesOf,
    columns: COLUMNS,
    next: next === undefined ? undefined : { after: next },
  });
}

/** What happened to all objects, object by object; a file of it is an audit's. */
export async function listAudit(call: Call): Promise<HttpResponseInit> {
  const { id } = await connectionOf(call);
  const wanted = wantedOf(call);
  const { during, query } = spanOf(call);
  const cursor = cursorOf(queryOf(call).after);
  const { entries, next } = await readLanes(call, id, { size: wanted.size, cursor, during });
  return listingAnswer(call, wanted, {
    name: 'audit',
    rows: entries.map(entryView),
    lines: linesOf,
    columns: COLUMNS,
    next: next && { ...query, after: cursorText(next) },
  });
}

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

const timeSchema = z.iso.datetime({ offset: true }).optional();

/**
 * The time that a call asks for by `?from=` (inclusive) and `?to=` (exclusive), ISO 8601.
 * @throws AppError `bad-request`
 */
export function spanOf(call: Call) {
  const { from, to } = queryOf(call);
  if (!timeSchema.safeParse(from).success || !timeSchema.safeParse(to).success)
    throw new AppError('bad-request', 'from, to: times such as 2026-01-31T00:00:00Z');
  return {
    during: {
      ...(from !== undefined && { from: Date.parse(from) }),
      ...(to !== undefined && { to: Date.parse(to) }),
    },
    query: { ...(from !== undefined && { from }), ...(to !== undefined && { to }) },
  };
}

function entryView({ objectId, kind, at, cause, runId, by, facts }: PlacedEntry) {
  return {
    at: new Date(at).toISOString(),
    objectId,
    kind,
    cause,
    ...(runId !== undefined && { runId }),
    ...(by !== undefined && { by }),
    facts,
  };
}

type EntryView = ReturnType<typeof entryView>;
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
