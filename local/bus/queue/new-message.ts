import type { QueueDeclaration } from './declaration.ts';
import type { Message, MessageDraft } from './message.ts';

interface Arrival {
  declaration: QueueDeclaration;
  sequenceNumber: number;
  /** Epoch milliseconds. */
  now: number;
}

/**
 * The message a draft becomes. Its time to live is the shorter of its own and the queue's, and
 * counts from when it becomes active (Service Bus docs: "Message expiration").
 */
export function newMessage(draft: MessageDraft, arrival: Arrival): Message {
  const { declaration, sequenceNumber, now } = arrival;
  const dueAt = draft.dueAt !== undefined && draft.dueAt > now ? draft.dueAt : undefined;
  const own = draft.ttlMilliseconds ?? Number.POSITIVE_INFINITY;
  const cap = (declaration.defaultTtlSeconds ?? Number.POSITIVE_INFINITY) * 1000;
  return {
    sequenceNumber,
    sessionId: draft.sessionId,
    enqueuedAt: now,
    dueAt,
    expiresAt: (dueAt ?? now) + Math.min(own, cap),
    state: dueAt === undefined ? 'active' : 'scheduled',
    deliveryCount: 0,
    lock: undefined,
  };
}

/** A scheduled message joins the queue as if it arrived now: last, under a new number. */
export function activated(scheduled: Message, sequenceNumber: number, now: number): Message {
  const lifetime = scheduled.expiresAt - (scheduled.dueAt ?? now);
  return {
    ...scheduled,
    sequenceNumber,
    state: 'active',
    enqueuedAt: now,
    dueAt: undefined,
    expiresAt: now + lifetime,
  };
}
