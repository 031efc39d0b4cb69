import type { HttpResponseInit } from '@azure/functions';
import { z } from 'zod';
import { AppError } from '../errors.ts';
import { readJson } from '../http.ts';
import type { StoredAlert } from '../ports/alerts.ts';
import { alertKindSchema } from '../sync/alerts/alert.ts';
import { alertText } from '../sync/alerts/alert-text.ts';
import { connectionIdSchema } from '../sync/connection.ts';
import { callerId } from './caller-id.ts';
import { listingAnswer, wantedOf } from './listing.ts';
import type { Call } from './manage.ts';
import { queryOf } from './paging.ts';

/** A connection's id and an alert's place there: no connection's id holds a tilde. */
const SEPARATOR = '~';
const place = z.string().regex(/^\d{13}:[a-z-]{1,40}:[\w-]{0,80}$/);

const querySchema = z.object({
  connection: connectionIdSchema.optional(),
  kind: alertKindSchema.optional(),
  unread: z.enum(['true', 'false']).optional(),
  after: place.optional(),
});

/** Pages of all connections that are read for one page of the inbox, at most. */
const MOST_PAGES = 20;

interface Found {
  readonly connectionId: string;
  readonly alert: StoredAlert;
  readonly isRead: boolean;
}

/** Whoever asks sees what was told to all, and what was told to them; newest first. */
export async function listAlerts(call: Call): Promise<HttpResponseInit> {
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
  const page = { size: wanted.size, ...(first && { after: first }) };
  const { found, next } = await collect(call, ids, page, ({ alert, isRead }) => {
    return (!kind || alert.kind === kind) && !(unread === 'true' && isRead);
  });
  const asked = {
    ...(connection !== undefined && { connection }),
    ...(kind && { kind }),
    ...(unread && { unread }),
  };
  return listingAnswer(call, wanted, {
    name: 'alerts',
    rows: found.map(alertView),
    lines: (alert) => [alert],
    columns: [
      ['at', ({ at }) => at],
      ['connectionId', ({ connectionId }) => connectionId],
      ['kind', (alert) => alert.kind],
      ['title', ({ title }) => title],
      ['what', ({ what }) => what],
      ['todo', ({ todo }) => todo],
      ['read', ({ read }) => read],
    ],
    next: next === undefined ? undefined : { ...asked, after: next },
  });
}

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
  const person = callerId(call);
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

function alertView({ connectionId, alert, isRead }: Found) {
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

/** Marks alerts as read by the caller, or as unread again. */
export async function markAlerts(call: Call): Promise<HttpResponseInit> {
  const { ids, read } = await readJson(call.request, readSchema);
  await mark(call, ids, read);
  return { status: 204 };
}

/** The same of one. */
export async function changeAlert(call: Call): Promise<HttpResponseInit> {
  const { read } = await readJson(call.request, z.strictObject({ read: z.boolean() }));
  await mark(call, [call.params.alertId ?? ''], read);
  return { status: 204 };
}

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
    await call.services.alerts.setRead(connectionId, callerId(call), places, isRead);
  }
}
