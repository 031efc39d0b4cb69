import type { PropertyChanges } from './message.ts';

/** What a receiver decides about a message it holds. */
export type Settlement =
  | { kind: 'complete' }
  /** Back to the queue; counts as a failed delivery. */
  | { kind: 'abandon'; properties?: PropertyChanges }
  /** Back to the queue as if it had never been handed out. */
  | { kind: 'release' }
  /** Set aside; only its sequence number brings it back. */
  | { kind: 'defer'; properties?: PropertyChanges }
  | { kind: 'deadLetter'; properties: PropertyChanges };

/** A settlement after which the message is still the queue's. */
export type PutBack = Exclude<Settlement, { kind: 'complete' | 'deadLetter' }>;

/** The properties under which a dead letter carries its cause (Service Bus docs: "Dead-letter queues"). */
export function deadLetterCause(reason: string, description: string): PropertyChanges {
  return { DeadLetterReason: reason, DeadLetterErrorDescription: description };
}

/** Reason and text that Service Bus gives to a message that failed too often. */
export function tooManyDeliveries(maxDeliveryCount: number): PropertyChanges {
  return deadLetterCause(
    'MaxDeliveryCountExceeded',
    `Message could not be consumed after ${maxDeliveryCount} delivery attempts.`,
  );
}

/** Reason and text that Service Bus gives to a message that outlived its time to live. */
export const EXPIRED: PropertyChanges = deadLetterCause(
  'TTLExpiredException',
  'The message expired and was dead lettered.',
);
