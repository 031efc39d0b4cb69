import type { Delivery, EventContext, Receiver } from 'rhea';
import type { BrokerContext } from '../broker-context.ts';
import type { Entity } from '../entity.ts';
import type { AmqpCondition } from './conditions.ts';
import { malformed, messageTooLarge, notAllowed } from './conditions.ts';
import { accept, reject } from './dispositions.ts';
import type { InboundMessage } from './inbound-message.ts';
import { readBatch, readMessage } from './inbound-message.ts';
import { BATCH_FORMAT } from './raw-transfers.ts';
import { receiverInternals } from './rhea-internals.ts';

/**
 * Credit for a sender. The client library sleeps a whole second when it finds none, and can have
 * 2,048 messages under way, so more than that is always left when credit is renewed.
 */
const CREDIT = 6000;
const LOW_CREDIT = 4000;

/** Takes messages from a client into a queue, and accepts them once they are stored. */
export function openIntake(receiver: Receiver, entity: Entity, context: BrokerContext): void {
  const { local } = receiverInternals(receiver);
  local.attach.max_message_size = context.maxMessageBytes;
  receiver.set_target({ address: entity.address });
  receiver.add_credit(CREDIT);
  receiver.on('message', ({ message, delivery }: EventContext) => {
    if (delivery !== undefined && Buffer.isBuffer(message)) {
      take(message, delivery, { entity, context });
    }
    const { credit } = receiverInternals(receiver);
    if (credit < LOW_CREDIT) receiver.add_credit(CREDIT - credit);
  });
}

interface Intake {
  entity: Entity;
  context: BrokerContext;
}

function take(bytes: Buffer, delivery: Delivery, { entity, context }: Intake): void {
  const messages = readDelivery(bytes, delivery.format);
  const refusal = refusalOf(messages, bytes.length, { entity, context });
  if (refusal !== undefined || messages === undefined) {
    context.turn.defer(() => reject(delivery, refusal ?? malformed('The message is malformed.')));
    return;
  }
  const now = context.now();
  for (const message of messages) entity.send(message, now);
  context.turn.touch(context.distributorOf(entity));
  context.turn.defer(() => accept(delivery));
}

/** Undefined if the bytes are no message. */
function readDelivery(bytes: Buffer, format: number): InboundMessage[] | undefined {
  try {
    return format === BATCH_FORMAT ? readBatch(bytes) : [readMessage(bytes)];
  } catch {
    return undefined;
  }
}

/** Why messages cannot be taken; the whole delivery stands or falls together. */
export function refusalOf(
  messages: readonly InboundMessage[] | undefined,
  bytes: number,
  { entity, context }: Intake,
): AmqpCondition | undefined {
  if (bytes > context.maxMessageBytes) return messageTooLarge(bytes, context.maxMessageBytes);
  if (entity.deadLetters === undefined) {
    return notAllowed('Messages cannot be sent to a dead-letter queue.');
  }
  const { requiresSession } = entity.queue.declaration;
  if (requiresSession && messages?.some(({ sessionId }) => sessionId === undefined) === true) {
    return notAllowed(
      `The SessionId was not set on a message, and the entity '${entity.address}' requires one.`,
    );
  }
  return undefined;
}
