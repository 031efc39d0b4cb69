import type { QueueDeclaration } from '../../../../local/bus/queue/declaration.ts';
import type { Message, PropertyChanges, Taker } from '../../../../local/bus/queue/message.ts';
import { Queue } from '../../../../local/bus/queue/queue.ts';

/** What a queue told its journal, as words. */
export interface Bench {
  queue: Queue;
  events: string[];
  dead: { message: Message; properties: PropertyChanges }[];
}

/** A queue with locks of 10 s and three deliveries, unless told otherwise. */
export function bench(rules: Partial<QueueDeclaration> = {}): Bench {
  const events: string[] = [];
  const dead: Bench['dead'] = [];
  let sequenceNumber = 0;
  let token = 0;
  const queue = new Queue({
    declaration: {
      name: 'q',
      requiresSession: false,
      lockDurationSeconds: 10,
      maxDeliveryCount: 3,
      ...rules,
    },
    newToken: () => {
      token += 1;
      return `token-${token}`;
    },
    journal: {
      nextSequenceNumber: () => {
        sequenceNumber += 1;
        return sequenceNumber;
      },
      changed: (message) => events.push(`changed ${message.sequenceNumber}`),
      removed: (message) => events.push(`removed ${message.sequenceNumber}`),
      activated: (from, to) =>
        events.push(`activated ${from.sequenceNumber} as ${to.sequenceNumber}`),
      deadLettered: (message, properties) => {
        events.push(`deadLettered ${message.sequenceNumber}`);
        dead.push({ message, properties });
      },
    },
  });
  return { queue, events, dead };
}

/** A receiver; in a session if one is named. */
export function taker(sessionId?: string): Taker {
  return { holder: {}, sessionId };
}

export function send(queue: Queue, now: number, sessionId?: string): Message {
  return queue.enqueue({ sessionId, ttlMilliseconds: undefined, dueAt: undefined }, now);
}

/** Takes a message that must be there, and gives its number and lock token. */
export function take(queue: Queue, by: Taker, now: number): { number: number; token: string } {
  const message = queue.take(by, now);
  if (message?.lock === undefined) throw new Error('nothing to take');
  return { number: message.sequenceNumber, token: message.lock.token };
}
