import { z } from 'zod';
import { encodeMessage } from '../amqp/outbound-message.ts';
import type { Operation } from './operation.ts';
import { done } from './operation.ts';

const peek = z.object({
  'from-sequence-number': z.number(),
  'message-count': z.number().int().positive(),
  'session-id': z.string().nullish(),
});

/** The most messages in one answer; a client that wants more asks again from where it stopped. */
const MAX_MESSAGES = 250;

/** Shows messages in any state, without locking them. */
export const peekMessage: Operation = (body, { entity }) => {
  const wanted = peek.parse(body);
  const messages = entity.queue.book.peek(
    wanted['from-sequence-number'],
    Math.min(wanted['message-count'], MAX_MESSAGES),
    wanted['session-id'] ?? undefined,
  );
  if (messages.length === 0) return { kind: 'empty' };
  return done({
    messages: messages.map((message) => ({
      message: encodeMessage(message, entity.contentOf(message), message.lock?.until),
    })),
  });
};
