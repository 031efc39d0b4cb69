import { z } from 'zod';
import { AppError } from '../errors.ts';
import { collectDeadLetters } from '../flows/upkeep/collect-dead-letters.ts';
import type { StoredConnection } from '../ports/connections.ts';
import type { Outgoing } from '../ports/platform.ts';
import { outsideRuns, toLane, toPoll } from '../sync/addressed.ts';
import { byLane } from '../sync/lanes.ts';
import { askForResync } from '../sync/resyncs.ts';
import { connectionOf } from './connections.ts';
import { type Contract, route } from './contract.ts';
import type { Call } from './manage.ts';
import { queryOf, sizeSchema } from './paging.ts';
import { countSchema, EXAMPLE, nextSchema, timeSchema } from './views.ts';

const pageSchema = z.object({
  size: sizeSchema,
  after: z
    .string()
    .regex(/^\d{13}:[0-9a-f-]{36}$/)
    .optional(),
});

const listContract = {
  operation: 'listRejected',
  summary: 'Messages that could not be handled, kept for seven days, without what they say',
  query: pageSchema,
  answers: {
    200: {
      description: 'A page of messages, newest first',
      body: z.strictObject({
        rejected: z.array(
          z.strictObject({
            id: z.string(),
            queue: z.string(),
            reason: z.string(),
            at: timeSchema,
          }),
        ),
        next: nextSchema,
      }),
      example: {
        rejected: [
          { id: EXAMPLE.messageId, queue: 'changes', reason: 'it is no JSON', at: EXAMPLE.at },
        ],
      },
    },
  },
} satisfies Contract;

/** Messages that could not be handled, the bus's dead letters among them; without what they say. */
export const listRejected = route(listContract)(async (call) => {
  const { id } = await connectionOf(call);
  const query = pageSchema.safeParse(queryOf(call));
  if (!query.success)
    throw new AppError('bad-request', 'size: 1 to 200; after: from the page before');
  const { size, after } = query.data;
  if (after === undefined) await collectDeadLetters(call.services);
  const page = { size, ...(after !== undefined && { after }) };
  const { messages, next } = await call.services.rejected.list(id, page);
  const more = next && {
    next: `/manage/connections/${id}/rejected?size=${size}&after=${encodeURIComponent(next)}`,
  };
  return { status: 200, jsonBody: { rejected: messages, ...more } };
});

/** What a message told a lane about; whatever else it holds is not looked at. */
const toldSchema = z.object({
  items: z.array(z.unknown()).optional(),
  edges: z.array(z.unknown()).optional(),
  objects: z.array(z.unknown()).optional(),
  links: z.array(z.unknown()).optional(),
});
const objectSchema = z.object({ kind: z.enum(['user', 'group']), id: z.guid() });
const OBJECTS_A_MESSAGE = 200;

const replayContract = {
  operation: 'replayRejected',
  summary: 'Reads again by id what a message was about; where it names nothing, a full run',
  answers: {
    202: {
      description: 'What is read again',
      body: z.strictObject({
        replayed: z.strictObject({ objects: countSchema, resync: z.boolean() }),
      }),
      example: { replayed: { objects: 3, resync: false } },
    },
  },
} satisfies Contract;

/**
 * Replays a message. What it said may be out of date by now, so nothing of it is folded: the objects
 * that it names are read again by their ids. One that names none, or memberships, is answered by a
 * full run.
 */
export const replayRejected = route(replayContract)(async (call) => {
  const { services, params } = call;
  const connection = await connectionOf(call);
  const messageId = params.messageId ?? '';
  const message = await services.rejected.open(connection.id, messageId);
  if (!message) throw new AppError('not-found', 'there is no such message');
  const objects = objectsIn(message.body);
  if (objects.length > 0)
    await services.bus.send('changes', verifyMessages(call, connection, objects));
  // What a message took from a group, no reading of the group tells.
  const isWhole = objects.length === 0 || message.body.includes('"members"');
  if (isWhole) await resyncInstead(call, connection.id);
  await services.rejected.remove(connection.id, messageId);
  services.log.info('rejected message replayed', {
    connectionId: connection.id,
    objects: objects.length,
  });
  const by = { objects: objects.length, resync: isWhole };
  return { status: 202, jsonBody: { replayed: by } };
});

async function resyncInstead({ services }: Call, connectionId: string): Promise<void> {
  const state = await services.checkpoints.load(connectionId);
  const resyncs = askForResync(state.resyncs, { isUrgent: true });
  await services.checkpoints.save(connectionId, state, { resyncs });
  await services.bus.send('polls', [toPoll({ connectionId, reason: 'resync' })]);
}

function objectsIn(body: string): z.infer<typeof objectSchema>[] {
  const told = toldSchema.safeParse(parsed(body));
  if (!told.success) return [];
  const { items = [], objects = [] } = told.data;
  const found = [...items, ...objects].flatMap((one) => objectSchema.safeParse(one).data ?? []);
  return [...new Map(found.map((one) => [one.id, one])).values()];
}

function parsed(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'string' ? JSON.parse(value) : value;
  } catch {
    return undefined;
  }
}

function verifyMessages(
  { services }: Call,
  connection: StoredConnection,
  objects: readonly z.infer<typeof objectSchema>[],
): Outgoing[] {
  const envelope = outsideRuns(connection, services.clock.now());
  return [...byLane(objects, ({ id }) => id)].flatMap(([lane, some]) => {
    const messages: Outgoing[] = [];
    for (let at = 0; at < some.length; at += OBJECTS_A_MESSAGE) {
      const share = some.slice(at, at + OBJECTS_A_MESSAGE);
      messages.push(toLane({ ...envelope, lane, kind: 'verify', objects: share }));
    }
    return messages;
  });
}

const removeContract = {
  operation: 'removeRejected',
  summary: 'Forgets a message',
  answers: { 204: { description: 'It is gone' } },
} satisfies Contract;

/** Forgets a message. */
export const removeRejected = route(removeContract)(async (call) => {
  const { id } = await connectionOf(call);
  await call.services.rejected.remove(id, call.params.messageId ?? '');
  return { status: 204 };
});
