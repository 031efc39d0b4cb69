import { z } from 'zod';
import { amqp } from '../amqp/codec.ts';
import { messageLockLost, messageNotFound, sessionLockLost } from '../amqp/conditions.ts';
import { tokenOfUuid, uuidBytes } from '../amqp/lock-token.ts';
import { encodeMessage } from '../amqp/outbound-message.ts';
import type { Message, Taker } from '../queue/message.ts';
import type { Settlement } from '../queue/settlement.ts';
import { deadLetterCause } from '../queue/settlement.ts';
import type { Operation, OperationContext } from './operation.ts';
import { done, gone } from './operation.ts';

const receive = z.object({
  'sequence-numbers': z.array(z.number()),
  /** 0 deletes the messages at once, 1 locks them. */
  'receiver-settle-mode': z.number().nullish(),
  'session-id': z.string().nullish(),
});

const update = z.object({
  'lock-tokens': z.array(z.instanceof(Uint8Array)),
  'disposition-status': z.enum(['completed', 'abandoned', 'defered', 'suspended']),
  'deadletter-reason': z.string().nullish(),
  'deadletter-description': z.string().nullish(),
  'properties-to-modify': z.record(z.string(), z.unknown()).nullish(),
});

/** Hands out deferred messages; all that were asked for or none. */
export const receiveBySequenceNumber: Operation = (body, context) => {
  const { entity, now } = context;
  const wanted = receive.parse(body);
  const taker = takerOf(wanted['session-id'] ?? undefined, context);
  if (taker === undefined) return gone(sessionLockLost(wanted['session-id'] ?? ''));
  const taken: Message[] = [];
  for (const sequenceNumber of wanted['sequence-numbers']) {
    const message = entity.queue.takeDeferred(sequenceNumber, taker, now);
    if (message === undefined) {
      for (const each of taken) settle(each, { kind: 'release' }, context);
      return { kind: 'failed', status: 404, error: messageNotFound() };
    }
    taken.push(message);
  }
  const entries = taken.map((message) => entryOf(message, context));
  if (wanted['receiver-settle-mode'] === 0) {
    for (const message of taken) settle(message, { kind: 'complete' }, context);
  }
  return done({ messages: entries });
};

/** Settles messages by lock token: deferred ones, and others whose link is gone. */
export const updateDisposition: Operation = (body, { entity, now }) => {
  const wanted = update.parse(body);
  const settlement = settlementOf(wanted);
  for (const bytes of wanted['lock-tokens']) {
    if (!entity.queue.settle(tokenOfUuid(bytes), settlement, now)) return gone(messageLockLost());
  }
  return done();
};

/** In a session, only whoever holds it receives. Undefined if nobody does. */
function takerOf(sessionId: string | undefined, context: OperationContext): Taker | undefined {
  const { entity } = context;
  if (!entity.queue.declaration.requiresSession) return { holder: entity, sessionId: undefined };
  const lock = entity.queue.sessions.get(sessionId ?? '');
  return lock === undefined ? undefined : { holder: lock.holder, sessionId: lock.sessionId };
}

function settle(message: Message, settlement: Settlement, context: OperationContext): void {
  if (message.lock !== undefined) {
    context.entity.queue.settle(message.lock.token, settlement, context.now);
  }
}

function entryOf(message: Message, { entity }: OperationContext): Record<string, unknown> {
  const { lock } = message;
  return {
    'lock-token': amqp.wrap_uuid(uuidBytes(lock?.token ?? '')),
    message: encodeMessage(message, entity.contentOf(message), lock?.until),
  };
}

function settlementOf(wanted: z.infer<typeof update>): Settlement {
  const properties = wanted['properties-to-modify'] ?? {};
  switch (wanted['disposition-status']) {
    case 'completed':
      return { kind: 'complete' };
    case 'abandoned':
      return { kind: 'abandon', properties };
    case 'defered':
      return { kind: 'defer', properties };
    case 'suspended':
      return {
        kind: 'deadLetter',
        properties: {
          ...properties,
          ...deadLetterCause(
            wanted['deadletter-reason'] ?? '',
            wanted['deadletter-description'] ?? '',
          ),
        },
      };
  }
}
