import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { consume, plainQueue, receiveOne, sessionQueue, startBus } from './bus-fixture.ts';

describe('sending', () => {
  it('takes batches', async () => {
    const { client } = await startBus({ queues: [plainQueue()] });
    const sender = client.createSender('plain');
    const batch = await sender.createMessageBatch();
    for (let index = 0; index < 100; index += 1) batch.tryAddMessage({ body: index });
    expect(batch.maxSizeInBytes).toBe(256 * 1024);
    await sender.sendMessages(batch);
    expect(await consume(client.createReceiver('plain'), 100)).toEqual(
      Array.from({ length: 100 }, (_, index) => index),
    );
  });

  it('takes a message of many frames, and refuses one that is too large', async () => {
    const { client } = await startBus({ queues: [plainQueue()] });
    const sender = client.createSender('plain');
    const body = randomBytes(150_000).toString('base64');
    await sender.sendMessages({ body });
    await expect(sender.sendMessages({ body: 'x'.repeat(300_000) })).rejects.toMatchObject({
      code: 'MessageSizeExceeded',
    });
    await sender.sendMessages({ body: 'after' });
    expect(await consume(client.createReceiver('plain'), 2)).toEqual([body, 'after']);
  });

  it('tells outcomes apart that stand side by side', async () => {
    const { client } = await startBus({ queues: [plainQueue()], maxMessageBytes: 1000 });
    const sender = client.createSender('plain');
    await sender.sendMessages({ body: 'opens the link' });
    const sizes = [10, 2000, 10, 10, 2000, 2000, 10];
    const results = await Promise.allSettled(
      sizes.map((size) => sender.sendMessages({ body: 'x'.repeat(size) })),
    );
    expect(results.map(({ status }) => status)).toEqual(
      sizes.map((size) => (size > 1000 ? 'rejected' : 'fulfilled')),
    );
  });

  it('knows only declared queues', async () => {
    const { client } = await startBus({ queues: [plainQueue()] });
    const notFound = { code: 'MessagingEntityNotFound' };
    await expect(client.createSender('other').sendMessages({ body: 1 })).rejects.toMatchObject(
      notFound,
    );
    const receiver = client.createReceiver('other');
    await expect(receiver.receiveMessages(1)).rejects.toMatchObject(notFound);
    await expect(client.acceptNextSession('other')).rejects.toMatchObject(notFound);
  });

  it('insists on a session id where the queue needs one', async () => {
    const { client } = await startBus({ queues: [sessionQueue(), plainQueue()] });
    await expect(client.createSender('lanes').sendMessages({ body: 1 })).rejects.toThrow(
      /SessionId/u,
    );
    await expect(client.createReceiver('lanes').receiveMessages(1)).rejects.toThrow(/sessions/u);
    await expect(client.acceptNextSession('plain')).rejects.toThrow(/sessions/u);
  });

  it('holds scheduled messages back, unless they are cancelled', async () => {
    let ahead = 0;
    const now = () => Date.now() + ahead;
    const { broker, client } = await startBus({ queues: [plainQueue()], now });
    const sender = client.createSender('plain');
    const soon = new Date(Date.now() + 60_000);
    await sender.sendMessages({ body: 'by property', scheduledEnqueueTimeUtc: soon });
    const numbers = await sender.scheduleMessages(
      [{ body: 'kept' }, { body: 'cancelled' }],
      new Date(soon.getTime() + 50),
    );
    await sender.cancelScheduledMessages(numbers.slice(1));
    await sender.sendMessages({ body: 'now' });
    expect(broker.stats().plain).toMatchObject({ active: 1, scheduled: 2 });
    const receiver = client.createReceiver('plain');
    const first = await receiveOne(receiver);
    expect(first.body).toBe('now');
    await receiver.completeMessage(first);
    expect(broker.stats().plain).toMatchObject({ active: 0, scheduled: 2 });
    ahead = 61_000;
    const second = await receiveOne(receiver);
    expect(second.body).toBe('by property');
    // A scheduled message gets a new number when it becomes active.
    expect(second.sequenceNumber?.toNumber()).toBeGreaterThan(numbers[0]?.toNumber() ?? 0);
    await receiver.completeMessage(second);
    expect(await consume(receiver, 1)).toEqual(['kept']);
    expect(broker.stats().plain).toMatchObject({ active: 0, scheduled: 0 });
  });

  it('shows messages in every state without touching them', async () => {
    const { client } = await startBus({ queues: [plainQueue()] });
    const sender = client.createSender('plain');
    await sender.sendMessages([{ body: 1 }, { body: 2 }]);
    await sender.scheduleMessages({ body: 3 }, new Date(Date.now() + 60_000));
    const receiver = client.createReceiver('plain');
    await receiver.deferMessage(await receiveOne(receiver));
    const peeked = await receiver.peekMessages(10);
    expect(peeked.map(({ body, state }) => [body, state])).toEqual([
      [1, 'deferred'],
      [2, 'active'],
      [3, 'scheduled'],
    ]);
    expect(await receiver.peekMessages(10)).toEqual([]);
    expect((await receiveOne(receiver)).body).toBe(2);
    await receiver.close();
  });
});
