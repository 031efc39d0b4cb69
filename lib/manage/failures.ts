import { z } from 'zod';
import { AppError } from '../errors.ts';
import { outsideRuns, toLane } from '../sync/addressed.ts';
import { laneOf } from '../sync/lanes.ts';
import type { Link } from '../sync/link.ts';
import { connectionOf } from './connections.ts';
import { type Contract, type Reply, route } from './contract.ts';
import {
  FAILURE_EXAMPLE,
  failedEdge,
  failedObject,
  failureReasonSchema,
  failureSchema,
} from './failure-view.ts';
import { listLanes } from './lane-listing.ts';
import { listingAnswer, listingShape, wantedOf } from './listing.ts';
import type { Call } from './manage.ts';
import { afterSchema, cursorOf, queryOf } from './paging.ts';
import type { Column } from './table-text.ts';
import { nextSchema } from './views.ts';

const reasonSchema = failureReasonSchema.optional();

const listContract = {
  operation: 'listFailures',
  summary: 'Objects that could not be brought in step, why, and the next try',
  query: z.object({ ...listingShape, after: afterSchema, reason: reasonSchema }),
  answers: {
    200: {
      description: 'A page of failures; it may be short though more follow',
      files: true,
      body: z.strictObject({ failures: z.array(failureSchema), next: nextSchema }),
      example: {
        failures: [FAILURE_EXAMPLE],
      },
    },
  },
} satisfies Contract;

/** Objects that could not be brought in step, with the reason and the next try. */
export const listFailures = route(listContract)(async (call) => {
  const { id } = await connectionOf(call);
  const query = queryOf(call);
  const reason = reasonSchema.safeParse(query.reason);
  if (!reason.success)
    throw new AppError('bad-request', `reason: one of ${failureReasonSchema.options.join(', ')}`);
  const wanted = wantedOf(call);
  const page = { size: wanted.size, cursor: cursorOf(query.after) };
  const { lanes } = call.services;
  const { found, next } = await listLanes(call, id, page, {
    pages: (lane, some) => lanes.due(lane, Number.POSITIVE_INFINITY, some),
    show: async (lane, { links: ids, edges: keys }) => {
      const links = await lanes.links(lane, ids);
      const edges = await lanes.edges(lane, keys);
      const objects = ids.flatMap((entraId) => links.get(entraId) ?? []);
      return [...objects.flatMap(failedObject), ...[...edges.values()].flatMap(failedEdge)].filter(
        (failure) => !reason.data || failure.reason === reason.data,
      );
    },
  });
  return listingAnswer(call, wanted, {
    name: 'failures',
    lines: found,
    columns: COLUMNS,
    next: next ? { ...(reason.data && { reason: reason.data }), after: next } : undefined,
    page: (more) => ({ failures: found, ...more }),
  });
});

/** Of all kinds of failures: what one has not is empty. */
const NAMES = [...new Set(failureSchema.options.flatMap(({ shape }) => Object.keys(shape)))];
const COLUMNS = NAMES.map(
  (name): Column<z.infer<typeof failureSchema>> => [
    name,
    (failure) => Object.entries(failure).find(([own]) => own === name)?.[1],
  ],
);

const acceptedSchema = z.strictObject({ accepted: z.enum(['retry', 'dismiss']) });

const retryContract = {
  operation: 'retryFailure',
  summary: 'Tries one again now',
  answers: {
    202: { description: 'Its lane is told', body: acceptedSchema, example: { accepted: 'retry' } },
  },
} satisfies Contract;

const dismissContract = {
  operation: 'dismissFailure',
  summary: 'Forgets one until it changes, or the next full run',
  answers: {
    202: {
      description: 'Its lane is told',
      body: acceptedSchema,
      example: { accepted: 'dismiss' },
    },
  },
  problems: ['conflict'],
} satisfies Contract;

/** Tries one again now, whatever its time. */
export const retryFailure = route(retryContract)(async (call) => {
  await failureOf(call);
  return tellLane(call, 'retry');
});

/** Forgets one: it is tried again when it changes, or at the next full run. */
export const dismissFailure = route(dismissContract)(async (call) => {
  const { seen } = await failureOf(call);
  if (seen.removed)
    throw new AppError('conflict', 'a removal that failed is kept until it is done; retry it');
  return tellLane(call, 'dismiss');
});

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

async function tellLane(
  call: Call,
  kind: 'retry' | 'dismiss',
): Promise<Reply<typeof retryContract>> {
  const connection = await connectionOf(call);
  const { bus, clock } = call.services;
  const objectId = call.params.objectId ?? '';
  const lane = laneOf(objectId);
  const envelope = { ...outsideRuns(connection, clock.now()), lane };
  await bus.send('changes', [toLane({ ...envelope, kind, by: call.caller.id, links: [objectId] })]);
  return { status: 202, jsonBody: { accepted: kind } };
}
