import type { HttpResponseInit } from '@azure/functions';
import { z } from 'zod';
import { AppError } from '../errors.ts';
import { outsideRuns, toLane } from '../sync/addressed.ts';
import type { Edge } from '../sync/edge.ts';
import { laneOf } from '../sync/lanes.ts';
import { dirtyReasonSchema, type Link, NEVER } from '../sync/link.ts';
import { connectionOf } from './connections.ts';
import { listLanes } from './lane-listing.ts';
import type { Call } from './manage.ts';
import { lanePageOf, queryOf } from './paging.ts';

const reasonSchema = dirtyReasonSchema.exclude(['removal', 'held']).optional();

/** Objects that could not be brought in step, with the reason and the next try. */
export async function listFailures(call: Call): Promise<HttpResponseInit> {
  const { id } = await connectionOf(call);
  const query = queryOf(call);
  const reason = reasonSchema.safeParse(query.reason);
  if (!reason.success)
    throw new AppError('bad-request', `reason: one of ${reasonSchema.unwrap().options.join(', ')}`);
  const page = lanePageOf(call);
  const { lanes } = call.services;
  const { found, next } = await listLanes(call, id, page, {
    pages: (lane, some) => lanes.due(lane, Number.POSITIVE_INFINITY, some),
    show: async (lane, { links: ids, edges: keys }) => {
      const links = await lanes.links(lane, ids);
      const edges = await lanes.edges(lane, keys);
      const isAsked = (why: { readonly reason: string } | null | undefined) =>
        why && (!reason.data || why.reason === reason.data);
      return [
        ...ids
          .flatMap((entraId) => links.get(entraId) ?? [])
          .filter(({ dirty }) => isAsked(dirty))
          .map(failureView),
        ...[...edges.values()].filter(({ refused }) => isAsked(refused)).map(edgeView),
      ];
    },
  });
  const more = new URLSearchParams({
    size: String(page.size),
    ...(reason.data && { reason: reason.data }),
    after: next ?? '',
  });
  return {
    status: 200,
    jsonBody: {
      failures: found,
      ...(next && { next: `/manage/connections/${id}/failures?${more.toString()}` }),
    },
  };
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

/** A membership, or a manager, that Entra did not take, or did not let go. */
function edgeView({ holder, member, memberKind, relation, wanted, refused }: Edge) {
  const ends =
    relation === 'member'
      ? { kind: 'membership', groupId: holder, memberId: member, memberKind }
      : { kind: 'manager', userId: holder, managerId: member };
  return {
    ...ends,
    isRemoval: wanted,
    reason: refused?.reason,
    detail: refused?.detail ?? null,
    attempts: refused?.attempts,
    since: refused && new Date(refused.since).toISOString(),
    nextTry: refused && refused.due !== NEVER ? new Date(refused.due).toISOString() : null,
  };
}

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
  const envelope = { ...outsideRuns(connection, clock.now()), lane };
  await bus.send('changes', [toLane({ ...envelope, kind, links: [objectId] })]);
  return { status: 202, jsonBody: { accepted: kind } };
}
