import type { ServiceBusClient, ServiceBusReceivedMessage } from '@azure/service-bus';

/** Which message is meant, and what becomes of it. */
export interface Taken {
  readonly queue: string;
  readonly sessionId: string;
  /** Told its body, as JSON. */
  readonly isMeant: (body: unknown) => boolean;
  /** `lose` (the default): nobody will ever see it again; `bury`: it becomes a dead letter. */
  readonly how?: 'lose' | 'bury';
}

/** @returns how many messages were taken */
export type Take = (taken: Taken) => Promise<number>;

/** What waits in a session is there at once. */
const WAIT_MS = 500;
const MOST = 200;

/** Takes messages off a session with the genuine SDK; the others are given back in their order. */
export function openTake(bus: ServiceBusClient): Take {
  return async ({ queue, sessionId, isMeant, how = 'lose' }) => {
    const receiver = await bus.acceptSession(queue, sessionId);
    const isOne = ({ body }: ServiceBusReceivedMessage) => isMeant(body);
    try {
      const messages = await receiver.receiveMessages(MOST, { maxWaitTimeInMs: WAIT_MS });
      for (const message of messages.filter(isOne)) {
        if (how === 'bury') await receiver.deadLetterMessage(message);
        else await receiver.completeMessage(message);
      }
      return messages.filter(isOne).length;
    } finally {
      // What was received and not settled is free again with the session.
      await receiver.close();
    }
  };
}
