import type { HttpResponseInit } from '@azure/functions';
import { z } from 'zod';
import { AppError } from '../errors.ts';
import { outsideRuns, toLane } from '../sync/addressed.ts';
import { laneOf } from '../sync/lanes.ts';
import { dirtyReasonSchema, type Link, NEVER } from '../sync/link.ts';
import { callerId } from './caller-id.ts';
import { connectionOf } from './connections.ts';
import { listLanes } from './lane-listing.ts';
import { listingAnswer, wantedOf } from './listing.ts';
import type { Call } from './manage.ts';
import { cursorOf, queryOf } from './paging.ts';
import type { Column } from './table-text.ts';

const reasonSchema = dirtyReasonSchema.exclude(['removal', 'held']).optional();

/** Objects that could not be brought in step, with the reason and the next try. */
export async function listFailures(call: Call): Promise<HttpResponseInit> {
  const { id } = await connectionOf(call);
  const query = queryOf(call);
  const reason = reasonSchema.safeParse(query.reason);
  if (!reason.success)
    throw new AppError('bad-request', `reason: one of ${reasonSchema.unwrap().options.join(', ')}`);
  const wanted = wantedOf(call);
  const page = { size: wanted.size, cursor: cursorOf(query.after) };
  const { lanes } = call.services;
  const { found, next } = await listLanes(call, id, page, {
    pages: (lane, some) => lanes.due(lane, Number.POSITIVE_INFINITY, some),
    show: async (lane, { links: ids }) => {
      const links = await lanes.links(lane, ids);
      return ids
        .flatMap((entraId) => links.get(entraId) ?? [])
        .filter(({ dirty }) => dirty && (!reason.data || dirty.reason === reason.data))
        .map(failureView);
    },
  });
  return listingAnswer(call, wanted, {
    name: 'failures',
    rows: found,
    lines: (failure) => [failure],
    columns: COLUMNS,
    next: next ? { ...(reason.data && { reason: reason.data }), after: next } : undefined,
  });
}

function failureView({ kind, entraId, appId, seen, dirty }: Link) {
  const { displayName } = seen.properties;
  return {
    id: entraId,
    kind,
    name: typeof displayName === 'string' ? displayName : null,
    appId,
    /** A removal that failed stays one until it is done. */
    isRemoval: seen.removed !== undefined,
    reason: dirty?.reason,
    detail: dirty?.detail ?? null,
    attempts: dirty?.attempts,
    since: dirty && new Date(dirty.since).toISOString(),
    nextTry: dirty && dirty.due !== NEVER ? new Date(dirty.due).toISOString() : null,
  };
}

const COLUMNS: readonly Column<ReturnType<typeof failureView>>[] = [
  ['id', ({ id }) => id],
  ['kind', ({ kind }) => kind],
  ['name', ({ name }) => name],
  ['appId', ({ appId }) => appId],
  ['isRemoval', ({ isRemoval }) => isRemoval],
  ['reason', ({ reason }) => reason],
  ['detail', ({ detail }) => detail],
  ['attempts', ({ attempts }) => attempts],
  ['since', ({ since }) => since],
  ['nextTry', ({ nextTry }) => nextTry],
];

/** Tries one again now, whatever its time. */
export async function retryFailure(call: Call): Promise<HttpResponseInit> {
  await failureOf(call);
  return tellLane(call, 'retry');
}

/** Forgets one: it is tried again when it changes, or at the next full run. */
export async function dismissFailure(call: Call): Promise<HttpResponseInit> {
  const { seen } = await failureOf(call);
  if (seen.removed)
    throw new AppError('conflict', 'a removal that failed is kept until it is done; retry it');
  return tellLane(call, 'dismiss');
}

async function failureOf(call: Call): Promise<Link> {
  const { id } = await connectionOf(call);
  const entraId = z
    .string()
    .max(128)
    .parse(call.params.objectId ?? '');
  const lane = await call.services.lanes.open(id, laneOf(entraId));
  const link = (await call.services.lanes.links(lane, [entraId])).get(entraId);
  const reason = link?.dirty?.reason;
  if (!link || !reason || reason === 'removal' || reason === 'held')
    throw new AppError('not-found', 'nothing has failed about an object of this id');
  return link;
}

async function tellLane(call: Call, kind: 'retry' | 'dismiss'): Promise<HttpResponseInit> {
  const connection = await connectionOf(call);
  const { bus, clock } = call.services;
  const objectId = call.params.objectId ?? '';
  const lane = laneOf(objectId);
  const by = callerId(call);
  const envelope = { ...outsideRuns(connection, clock.now()), lane };
  await bus.send('changes', [toLane({ ...envelope, kind, by, links: [objectId] })]);
  return { status: 202, jsonBody: { accepted: kind } };
}
