/**
 * How a queue behaves. The names follow Azure's queue properties ("Microsoft.ServiceBus
 * namespaces/queues"); durations are in seconds.
 */
export interface QueueDeclaration {
  name: string;
  requiresSession: boolean;
  /** How long a received message, or an accepted session, stays locked. */
  lockDurationSeconds: number;
  /** A message that failed this many deliveries goes to the dead-letter queue. */
  maxDeliveryCount: number;
  /** Caps the time to live of every message; unlimited when absent. */
  defaultTtlSeconds?: number;
  /** Expired messages go to the dead-letter queue instead of vanishing. */
  deadLetteringOnExpiration?: boolean;
}

/** The address of a queue's dead-letter queue (Service Bus docs: "Overview of dead-letter queues"). */
function deadLetterAddress(queueName: string): string {
  return `${queueName}/$DeadLetterQueue`;
}

/**
 * The rules of a queue's dead-letter queue: no sessions whatever the parent has, no expiry, and no
 * dead-lettering of its own.
 */
export function deadLetterDeclaration(parent: QueueDeclaration): QueueDeclaration {
  return {
    name: deadLetterAddress(parent.name),
    requiresSession: false,
    lockDurationSeconds: parent.lockDurationSeconds,
    maxDeliveryCount: Number.POSITIVE_INFINITY,
  };
}
