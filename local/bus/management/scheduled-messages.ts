import { z } from 'zod';
import { amqp } from '../amqp/codec.ts';
import { messageNotFound } from '../amqp/conditions.ts';
import { readMessage } from '../amqp/inbound-message.ts';
import { refusalOf } from '../amqp/intake-link.ts';
import type { Operation } from './operation.ts';
import { done } from './operation.ts';

const schedule = z.object({
  messages: z.array(z.object({ message: z.instanceof(Uint8Array) })),
});
const cancel = z.object({ 'sequence-numbers': z.array(z.number()) });

/** The wire type of a long, for the array that the client expects. */
const LONG = 0x81;

/** Takes messages that are due later; all of them or none. Answers with their sequence numbers. */
export const scheduleMessage: Operation = (body, { entity, broker, now }) => {
  const encoded = schedule.parse(body).messages.map(({ message }) => Buffer.from(message));
  const messages = encoded.map(readMessage);
  const bytes = encoded.reduce((total, message) => total + message.length, 0);
  const error = refusalOf(messages, bytes, { entity, context: broker });
  if (error !== undefined) return { kind: 'failed', status: 400, error };
  const numbers = messages.map((message) => entity.send(message, now).sequenceNumber);
  return done({ 'sequence-numbers': amqp.wrap_array(numbers, LONG, undefined) });
};

export const cancelScheduledMessage: Operation = (body, { entity }) => {
  for (const sequenceNumber of cancel.parse(body)['sequence-numbers']) {
    if (!entity.queue.cancelScheduled(sequenceNumber)) {
      return { kind: 'failed', status: 404, error: messageNotFound() };
    }
  }
  return done();
};
