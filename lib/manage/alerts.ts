import { z } from 'zod';
import { AppError } from '../errors.ts';
import { readJson } from '../http.ts';
import type { StoredAlert } from '../ports/alerts.ts';
import { alertKindSchema } from '../sync/alerts/alert.ts';
import { alertText } from '../sync/alerts/alert-text.ts';
import { connectionIdSchema } from '../sync/connection.ts';
import { type Contract, route } from './contract.ts';
import { listingAnswer, listingShape, wantedOf } from './listing.ts';
import type { Call } from './manage.ts';
import { queryOf } from './paging.ts';
import type { Column } from './table-text.ts';
import { EXAMPLE, nextSchema, timeSchema } from './views.ts';

/** A connection's id and an alert's place there: no connection's id holds a tilde. */
const SEPARATOR = '~';
const place = z.string().regex(/^\d{13}:[a-z-]{1,40}:[\w-]{0,80}$/);

const querySchema = z.object({
  ...listingShape,
  connection: connectionIdSchema.optional(),
  kind: alertKindSchema.optional(),
  unread: z.enum(['true', 'false']).optional(),
  after: place.optional().describe('Taken from `next` of the page before'),
});

/** Pages of all connections that are read for one page of the inbox, at most. */
const MOST_PAGES = 20;

interface Found {
  readonly connectionId: string;
  readonly alert: StoredAlert;
  readonly isRead: boolean;
}

const alertViewSchema = z.strictObject({
  id: z.string(),
  at: timeSchema,
  connectionId: z.string(),
  kind: alertKindSchema,
  title: z.string(),
  what: z.string(),
  todo: z.string(),
  /** A run, a side, or what else it is about. */
  subject: z.string(),
  /** Who asked for the run. */
  to: z.string().optional(),
  runId: z.string().optional(),
  counts: z.record(z.string(), z.number()).optional(),
  /** A code. */
  reason: z.string().optional(),
  until: z.string().optional(),
  /** By whoever asks. */
  read: z.boolean(),
});
type AlertView = z.infer<typeof alertViewSchema>;

const listContract = {
  operation: 'listAlerts',
  summary: 'The inbox: what was told to all, and to whoever asks, newest first',
  query: querySchema,
  answers: {
    200: {
      description: 'A page of alerts; it may be short though more follow',
      body: z.strictObject({ alerts: z.array(alertViewSchema), next: nextSchema }),
      example: {
        alerts: [
          {
            id: `contoso~8204656599999:run-changed:${EXAMPLE.runId}`,
            at: EXAMPLE.at,
            connectionId: EXAMPLE.connectionId,
            kind: 'run-changed',
            title: 'A run has changed something',
            what: `Run ${EXAMPLE.runId}. users.created: 1.`,
            todo: 'Nothing, unless something failed: failures are tried again by themselves.',
            subject: EXAMPLE.runId,
            runId: EXAMPLE.runId,
            counts: { 'users.created': 1 },
            read: false,
          },
        ],
      },
      files: true,
    },
  },
} satisfies Contract;

/** Whoever asks sees what was told to all, and what was told to them; newest first. */
export const listAlerts = route(listContract)(async (call) => {
  const wanted = wantedOf(call);
  const query = querySchema.safeParse(queryOf(call));
  if (!query.success)
    throw new AppError(
      'bad-request',
      'connection, kind, unread (true), after: from the page before',
    );
  const { connection, kind, unread, after: first } = query.data;
  const ids =
    connection === undefined ? [...(await call.services.connections.ids())] : [connection];
  const asked = {
    ...(connection !== undefined && { connection }),
    ...(kind && { kind }),
    ...(unread && { unread }),
  };
  return listingAnswer(call, wanted, {
    name: 'alerts',
    after: first,
    query: asked,
    read: async (page) => {
      const { found, next } = await collect(call, ids, page, ({ alert, isRead }) => {
        return (!kind || alert.kind === kind) && !(unread === 'true' && isRead);
      });
      return { items: found.map(alertView), next };
    },
    lines: (alert) => [alert],
    columns: COLUMNS,
    page: (alerts, more) => ({ alerts: [...alerts], ...more }),
  });
});

const COLUMNS: readonly Column<AlertView>[] = (
  ['at', 'connectionId', 'kind', 'title', 'what', 'todo', 'read'] as const
).map((name) => [name, (alert) => alert[name]]);

interface Page {
  readonly size: number;
  readonly after?: string;
}

/** Goes on until a page is full of what is meant, or so much was read for it. */
async function collect(
  call: Call,
  ids: readonly string[],
  { size, after }: Page,
  isMeant: (found: Found) => boolean,
): Promise<{ readonly found: readonly Found[]; readonly next?: string }> {
  const found: Found[] = [];
  let at = after;
  for (let count = 0; count < MOST_PAGES; count += 1) {
    const newest = await newestOf(call, ids, { size, ...(at !== undefined && { after: at }) });
    for (const one of await seenBy(call, newest)) {
      if (isMeant(one)) found.push(one);
      if (found.length === size) return { found, next: one.alert.place };
    }
    at = newest.at(-1)?.alert.place;
    if (newest.length < size || at === undefined) return { found };
  }
  return { found, ...(at !== undefined && { next: at }) };
}

/** The newest of all these connections. */
async function newestOf(call: Call, ids: readonly string[], page: Page): Promise<Unread[]> {
  const { alerts } = call.services;
  const lists = await Promise.all(
    ids.map(async (connectionId) =>
      (await alerts.list(connectionId, page)).map((alert) => ({ connectionId, alert })),
    ),
  );
  return lists.flat().sort(byPlace).slice(0, page.size);
}

type Unread = Omit<Found, 'isRead'>;

/** Those that are for the caller, and whether they were read. */
async function seenBy(call: Call, some: readonly Unread[]): Promise<Found[]> {
  const person = call.caller.id;
  const read = new Set<string>();
  for (const [connectionId, own] of Map.groupBy(some, (one) => one.connectionId)) {
    const places = own.map(({ alert }) => alert.place);
    for (const one of await call.services.alerts.readBy(connectionId, person, places))
      read.add(`${connectionId}${SEPARATOR}${one}`);
  }
  return some
    .filter(({ alert }) => alert.audience === 'all' || alert.to === person)
    .map((one) => ({ ...one, isRead: read.has(idOf(one)) }));
}

function byPlace(a: { alert: StoredAlert }, b: { alert: StoredAlert }): number {
  return a.alert.place < b.alert.place ? -1 : Number(a.alert.place > b.alert.place);
}

function idOf({ connectionId, alert }: Pick<Found, 'connectionId' | 'alert'>): string {
  return `${connectionId}${SEPARATOR}${alert.place}`;
}

function alertView({ connectionId, alert, isRead }: Found): AlertView {
  const { kind, at, to, runId, subject, counts, reason, until } = alert;
  return {
    id: idOf({ connectionId, alert }),
    at: new Date(at).toISOString(),
    connectionId,
    kind,
    ...alertText(alert),
    subject,
    ...(to !== undefined && { to }),
    ...(runId !== undefined && { runId }),
    ...(counts && { counts }),
    ...(reason !== undefined && { reason }),
    ...(until !== undefined && { until }),
    read: isRead,
  };
}

const alertId = z.string().max(200);
const readSchema = z.strictObject({
  ids: z.array(alertId).min(1).max(200),
  read: z.boolean().default(true),
});

const markContract = {
  operation: 'markAlerts',
  summary: 'Marks alerts as read by whoever asks, or as unread again',
  body: {
    schema: readSchema,
    example: { ids: [`contoso~8204656599999:run-changed:${EXAMPLE.runId}`] },
  },
  answers: { 204: { description: 'They are' } },
  problems: ['not-found'],
} satisfies Contract;

/** Marks alerts as read by the caller, or as unread again. */
export const markAlerts = route(markContract)(async (call) => {
  const { ids, read } = await readJson(call.request, readSchema);
  await mark(call, ids, read);
  return { status: 204 };
});

const oneSchema = z.strictObject({ read: z.boolean() });

const changeContract = {
  operation: 'changeAlert',
  summary: 'Marks one alert as read by whoever asks, or as unread again',
  body: { schema: oneSchema, example: { read: true } },
  answers: { 204: { description: 'It is' } },
} satisfies Contract;

/** The same of one. */
export const changeAlert = route(changeContract)(async (call) => {
  const { read } = await readJson(call.request, oneSchema);
  await mark(call, [call.params.alertId ?? ''], read);
  return { status: 204 };
});

async function mark(call: Call, ids: readonly string[], isRead: boolean): Promise<void> {
  const parts = ids.map((id) => {
    const [connectionId = '', rest] = id.split(SEPARATOR);
    const isId = connectionIdSchema.safeParse(connectionId).success;
    const known = place.safeParse(rest);
    if (!isId || !known.success) throw new AppError('not-found', 'there is no such alert');
    return { connectionId, place: known.data };
  });
  const known = await call.services.connections.ids();
  for (const [connectionId, some] of Map.groupBy(parts, (one) => one.connectionId)) {
    if (!known.has(connectionId)) throw new AppError('not-found', 'there is no such alert');
    const places = some.map((one) => one.place);
    await call.services.alerts.setRead(connectionId, call.caller.id, places, isRead);
  }
}
