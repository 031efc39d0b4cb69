import type { Message, MessageState } from '../queue/message.ts';

/** Codes on disk; an entry's place is its code, so new states go last. */
const STATES: readonly MessageState[] = ['active', 'deferred', 'scheduled'];

/** Room for sequence numbers in a row's key; the rest, up to 2^53, numbers the queues. */
const SEQUENCE_SPAN = 2 ** 40;

/** The primary key of a message: queue and sequence number in one integer, in queue order. */
export function rowKey(queue: number, sequenceNumber: number): number {
  return queue * SEQUENCE_SPAN + sequenceNumber;
}

export interface MessageRow {
  key: number;
  session_id: string | null;
  state: number;
  delivery_count: number;
  enqueued_at: number;
  due_at: number | null;
  expires_at: number | null;
}

export function messageOf(row: MessageRow): { queue: number; message: Message } {
  return {
    queue: Math.floor(row.key / SEQUENCE_SPAN),
    message: {
      sequenceNumber: row.key % SEQUENCE_SPAN,
      sessionId: row.session_id ?? undefined,
      enqueuedAt: row.enqueued_at,
      dueAt: row.due_at ?? undefined,
      expiresAt: row.expires_at ?? Number.POSITIVE_INFINITY,
      state: STATES[row.state] ?? 'active',
      deliveryCount: row.delivery_count,
      lock: undefined,
    },
  };
}

export function rowOf(queue: number, message: Message): MessageRow {
  return {
    key: rowKey(queue, message.sequenceNumber),
    session_id: message.sessionId ?? null,
    state: STATES.indexOf(message.state),
    delivery_count: message.deliveryCount,
    enqueued_at: message.enqueuedAt,
    due_at: message.dueAt ?? null,
    expires_at: Number.isFinite(message.expiresAt) ? message.expiresAt : null,
  };
}
