import { describe, expect, it, vi } from 'vitest';
import { plainQueue, receiveOne, sessionQueue, startBus } from './bus-fixture.ts';

const DEAD_LETTERS = { subQueueType: 'deadLetter' } as const;
const NO_RENEWAL = { maxAutoLockRenewalDurationInMs: 0 };

describe('what time ends', () => {
  it('returns a message whose lock expired, counted, and refuses a late settlement', async () => {
    const { client } = await startBus({ queues: [plainQueue({ lockDurationSeconds: 0.5 })] });
    await client.createSender('plain').sendMessages({ body: 1 });
    const receiver = client.createReceiver('plain', NO_RENEWAL);
    const first = await receiveOne(receiver);
    const second = await receiveOne(receiver);
    expect(second).toMatchObject({ body: 1, deliveryCount: 1 });
    await expect(receiver.completeMessage(first)).rejects.toMatchObject({
      code: 'MessageLockLost',
    });
    await receiver.completeMessage(second);
    expect(await receiver.receiveMessages(1, { maxWaitTimeInMs: 800 })).toEqual([]);
  });

  it('keeps a message locked while its lock is renewed', async () => {
    const { client } = await startBus({ queues: [plainQueue({ lockDurationSeconds: 1 })] });
    await client.createSender('plain').sendMessages({ body: 1 });
    const receiver = client.createReceiver('plain', NO_RENEWAL);
    const message = await receiveOne(receiver);
    const end = (message.lockedUntilUtc?.getTime() ?? 0) + 700;
    while (Date.now() < end) {
      const renewed = await receiver.renewMessageLock(message);
      expect(renewed.getTime()).toBeGreaterThan(Date.now());
      expect(await receiver.receiveMessages(1, { maxWaitTimeInMs: 200 })).toEqual([]);
    }
    await receiver.completeMessage(message);
  });

  it('takes a session away when its lock expires, and counts its messages', async () => {
    const { client } = await startBus({ queues: [sessionQueue({ lockDurationSeconds: 0.5 })] });
    await client.createSender('lanes').sendMessages({ body: 1, sessionId: 'a' });
    const first = await client.acceptSession('lanes', 'a', NO_RENEWAL);
    const message = await receiveOne(first);
    const second = await client.acceptNextSession('lanes');
    expect(second.sessionId).toBe('a');
    const again = await receiveOne(second);
    expect(again).toMatchObject({ body: 1, deliveryCount: 1 });
    await expect(first.completeMessage(message)).rejects.toMatchObject({
      code: 'SessionLockLost',
    });
    await second.completeMessage(again);
    await second.close();
  });

  it('keeps a session and its messages while its lock is renewed', async () => {
    const { client } = await startBus({ queues: [sessionQueue({ lockDurationSeconds: 1 })] });
    await client.createSender('lanes').sendMessages({ body: 1, sessionId: 'a' });
    const receiver = await client.acceptSession('lanes', 'a', NO_RENEWAL);
    const message = await receiveOne(receiver);
    const end = receiver.sessionLockedUntilUtc.getTime() + 700;
    while (Date.now() < end) {
      await receiver.renewSessionLock();
      expect(await receiver.receiveMessages(1, { maxWaitTimeInMs: 200 })).toEqual([]);
    }
    await receiver.completeMessage(message);
    await receiver.close();
  });

  it('dead-letters expired messages where that is declared, and drops them elsewhere', async () => {
    const { broker, client } = await startBus({
      queues: [
        plainQueue({ deadLetteringOnExpiration: true }),
        plainQueue({ name: 'dropping', defaultTtlSeconds: 0.3 }),
      ],
    });
    await client.createSender('plain').sendMessages({ body: 1, timeToLive: 300 });
    await client.createSender('dropping').sendMessages({ body: 1 });
    const dead = await receiveOne(client.createReceiver('plain', DEAD_LETTERS));
    expect(dead).toMatchObject({ body: 1, deadLetterReason: 'TTLExpiredException' });
    // Sent after the other, it expires after it: how long after is up to the machine.
    await vi.waitFor(() => {
      expect(broker.stats().dropping).toMatchObject({ active: 0, deadLettered: 0 });
    }, 10_000);
    expect(await client.createReceiver('dropping').peekMessages(1)).toEqual([]);
  });
});
