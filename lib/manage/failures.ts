import { z } from 'zod';
import { AppError } from '../errors.ts';
import { outsideRuns, toLane } from '../sync/addressed.ts';
import { laneOf } from '../sync/lanes.ts';
import { dirtyReasonSchema, type Link, NEVER } from '../sync/link.ts';
import { connectionOf } from './connections.ts';
import { type Contract, type Reply, route } from './contract.ts';
import { type LaneListing, listLanes } from './lane-listing.ts';
import { listingAnswer, listingShape, wantedOf } from './listing.ts';
import type { Call } from './manage.ts';
import { afterSchema, cursorOf, queryOf } from './paging.ts';
import type { Column } from './table-text.ts';
import { countSchema, EXAMPLE, kindSchema, nextSchema, timeSchema } from './views.ts';

const failureReasonSchema = dirtyReasonSchema.exclude(['removal', 'held']);
const reasonSchema = failureReasonSchema.optional();

const failureSchema = z.strictObject({
  id: z.string(),
  kind: kindSchema,
  name: z.string().nullable(),
  /** The application's id of the entry; null = it has none. */
  appId: z.string().nullable(),
  /** A removal that failed stays one until it is done. */
  isRemoval: z.boolean(),
  reason: failureReasonSchema,
  detail: z.string().nullable(),
  attempts: countSchema,
  since: timeSchema,
  /** Null = not by itself. */
  nextTry: timeSchema.nullable(),
});

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
        failures: [
          {
            id: EXAMPLE.userId,
            kind: 'user',
            name: 'Anaïs Tanaka',
            appId: null,
            isRemoval: false,
            reason: 'name-taken',
            detail: 'another entry holds the user name',
            attempts: 2,
            since: EXAMPLE.at,
            nextTry: EXAMPLE.later,
          },
        ],
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
  cursorOf(query.after);
  const { lanes } = call.services;
  const listing: LaneListing<FailureView> = {
    pages: (lane, some) => lanes.due(lane, Number.POSITIVE_INFINITY, some),
    show: async (lane, { links: ids }) => {
      const links = await lanes.links(lane, ids);
      return ids
        .flatMap((entraId) => links.get(entraId) ?? [])
        .flatMap(failureView)
        .filter((failure) => !reason.data || failure.reason === reason.data);
    },
  };
  return listingAnswer(call, wanted, {
    name: 'failures',
    after: query.after,
    ...(reason.data && { query: { reason: reason.data } }),
    read: async ({ size, after }) => {
      const { found, next } = await listLanes(call, id, { size, cursor: cursorOf(after) }, listing);
      return { items: found, next };
    },
    lines: (failure) => [failure],
    columns: COLUMNS,
    page: (failures, more) => ({ failures: [...failures], ...more }),
  });
});

type FailureView = z.infer<typeof failureSchema>;

const COLUMNS: readonly Column<z.infer<typeof failureSchema>>[] = failureSchema
  .keyof()
  .options.map((name) => [name, (failure) => failure[name]]);

/** Of a link that is dirty for such a reason; nothing of any other. */
function failureView({ kind, entraId, appId, seen, dirty }: Link): z.infer<typeof failureSchema>[] {
  const reason = failureReasonSchema.safeParse(dirty?.reason);
  if (!dirty || !reason.success) return [];
  const { displayName } = seen.properties;
  return [
    {
      id: entraId,
      kind,
      name: typeof displayName === 'string' ? displayName : null,
      appId,
      isRemoval: seen.removed !== undefined,
      reason: reason.data,
      detail: dirty.detail ?? null,
      attempts: dirty.attempts,
      since: new Date(dirty.since).toISOString(),
      nextTry: dirty.due === NEVER ? null : new Date(dirty.due).toISOString(),
    },
  ];
}

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
