import { z } from 'zod';
import type { Services } from '../ports.ts';
import { connectionIdSchema } from '../sync/connection.ts';
import { laneMessageSchema, MESSAGE_VERSION, pollMessageSchema } from '../sync/messages.ts';
import { type ApplyNeeds, apply } from './lanes/apply.ts';
import { poll } from './poll/poll.ts';
import type { PollNeeds } from './poll/poll-needs.ts';
import { purgeConnection } from './upkeep/purge-connection.ts';

type RejectNeeds = Pick<Services, 'rejected' | 'log'>;

/** What the bus says of a message, as the Functions host hands it on. */
interface Delivery {
  /** Tells the connection where the message itself does not. */
  readonly sessionId?: unknown;
  /** 1 at the first delivery. */
  readonly deliveryCount?: unknown;
}

/** A message of the queue `polls`, as it came from the bus. */
export async function receivePoll(
  needs: PollNeeds & RejectNeeds & Pick<Services, 'purge' | 'secrets'>,
  message: unknown,
  delivery: Delivery,
): Promise<void> {
  const parsed = pollMessageSchema.safeParse(message);
  if (!parsed.success) return reject(needs, 'polls', message, parsed.error, delivery);
  if (parsed.data.reason === 'purge') return purgeConnection(needs, parsed.data, timesOf(delivery));
  return poll(needs, parsed.data, timesOf(delivery));
}

/** How often the bus has delivered a message by now. */
function timesOf({ deliveryCount }: Delivery): number {
  return typeof deliveryCount === 'number' ? Math.max(1, deliveryCount) : 1;
}

/** A message of the queue `changes`, as it came from the bus. */
export async function receiveLaneMessage(
  needs: ApplyNeeds,
  message: unknown,
  delivery: Delivery,
): Promise<void> {
  const parsed = laneMessageSchema.safeParse(message);
  if (parsed.success) return apply(needs, parsed.data, timesOf(delivery));
  return reject(needs, 'changes', message, parsed.error, delivery);
}

/**
 * Keeps what cannot be read, with the reason, and lets the queue go on: the Node trigger cannot
 * dead-letter a single message, and delivering it again would not make it any better.
 */
async function reject(
  needs: RejectNeeds,
  queue: string,
  message: unknown,
  error: z.ZodError,
  { sessionId }: Delivery,
): Promise<void> {
  // Sessions are named after the connection, and its lane.
  const named = typeof sessionId === 'string' ? sessionId.split(':')[0] : undefined;
  const id = connectionIdSchema.safeParse(named);
  const connectionId = id.success ? id.data : 'unknown';
  const reason = newerThanKnown(message) ?? misfit(error);
  await needs.rejected.store(connectionId, { queue, reason, body: JSON.stringify(message) ?? '' });
  needs.log.warn('message rejected', { connectionId, queue, reason });
}

const versioned = z.object({ v: z.number() });

/** Of a build that comes after this one: a replay by that build makes good for it. */
function newerThanKnown(message: unknown): string | undefined {
  const { data } = versioned.safeParse(message);
  if (data === undefined || data.v <= MESSAGE_VERSION) return undefined;
  return `has version ${data.v}; this build reads up to ${MESSAGE_VERSION}`;
}

function misfit(error: z.ZodError): string {
  const problems = error.issues.slice(0, 5).map(({ path, code }) => `${path.join('.')}: ${code}`);
  return `does not fit the schema (${problems.join('; ')})`;
}
