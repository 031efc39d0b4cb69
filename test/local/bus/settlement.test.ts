import { describe, expect, it } from 'vitest';
import { consume, plainQueue, receiveOne, startBus } from './bus-fixture.ts';

const LATE = { deadLetterReason: 'late', deadLetterErrorDescription: 'too late' };
const DEAD_LETTERS = { subQueueType: 'deadLetter' } as const;

describe('settling messages of a plain queue', () => {
  it('delivers what was sent, with its properties, and forgets it when completed', async () => {
    const { broker, client } = await startBus({ queues: [plainQueue()] });
    const sender = client.createSender('plain');
    await sender.sendMessages({
      body: { greeting: 'hello' },
      messageId: 'm1',
      subject: 'greeting',
      correlationId: 'c1',
      contentType: 'application/json',
      applicationProperties: { tries: 3, urgent: true, from: 'test' },
    });
    const receiver = client.createReceiver('plain');
    const message = await receiveOne(receiver);
    expect(message).toMatchObject({
      body: { greeting: 'hello' },
      messageId: 'm1',
      subject: 'greeting',
      correlationId: 'c1',
      contentType: 'application/json',
      applicationProperties: { tries: 3, urgent: true, from: 'test' },
      deliveryCount: 0,
      state: 'active',
    });
    expect(message.sequenceNumber?.toNumber()).toBe(1);
    expect(Math.abs((message.enqueuedTimeUtc?.getTime() ?? 0) - Date.now())).toBeLessThan(10_000);
    expect((message.lockedUntilUtc?.getTime() ?? 0) - Date.now()).toBeGreaterThan(20_000);
    await receiver.completeMessage(message);
    expect(broker.stats().plain).toEqual({
      active: 0,
      scheduled: 0,
      deadLettered: 0,
      sent: 1,
      completed: 1,
      sessions: [],
    });
  });

  it('assigns a message id where there is none', async () => {
    const { client } = await startBus({ queues: [plainQueue()] });
    await client.createSender('plain').sendMessages([{ body: 1 }, { body: 2 }]);
    const receiver = client.createReceiver('plain');
    const messages = [await receiveOne(receiver), await receiveOne(receiver)];
    expect(messages.map(({ messageId }) => messageId)).toEqual([
      expect.stringMatching(/^[0-9a-f]{32}$/u),
      expect.stringMatching(/^[0-9a-f]{32}$/u),
    ]);
    await receiver.close();
  });

  it('delivers an abandoned message again, with its changed properties', async () => {
    const { client } = await startBus({ queues: [plainQueue()] });
    const applicationProperties = { kept: 'yes', changed: 'no' };
    await client.createSender('plain').sendMessages({ body: 1, applicationProperties });
    const receiver = client.createReceiver('plain');
    await receiver.abandonMessage(await receiveOne(receiver), { changed: 'yes', added: 7 });
    const again = await receiveOne(receiver);
    expect(again.deliveryCount).toBe(1);
    expect(again.applicationProperties).toEqual({ kept: 'yes', changed: 'yes', added: 7 });
    await receiver.completeMessage(again);
  });

  it('dead-letters a message with reason, description and properties', async () => {
    const { broker, client } = await startBus({ queues: [plainQueue()] });
    await client.createSender('plain').sendMessages({ body: 'bad', messageId: 'poison' });
    const receiver = client.createReceiver('plain');
    await receiver.deadLetterMessage(await receiveOne(receiver), {
      deadLetterReason: 'unreadable',
      deadLetterErrorDescription: 'no such field',
      seenBy: 'test',
    });
    expect(broker.stats().plain).toMatchObject({ active: 0, deadLettered: 1 });
    const deadLetters = client.createReceiver('plain', DEAD_LETTERS);
    const dead = await receiveOne(deadLetters);
    expect(dead).toMatchObject({
      body: 'bad',
      messageId: 'poison',
      deadLetterReason: 'unreadable',
      deadLetterErrorDescription: 'no such field',
    });
    expect(dead.applicationProperties?.seenBy).toBe('test');
    await deadLetters.completeMessage(dead);
    expect(broker.stats().plain).toMatchObject({ deadLettered: 0 });
  });

  it('dead-letters a message that was delivered too often', async () => {
    const { client } = await startBus({ queues: [plainQueue({ maxDeliveryCount: 3 })] });
    await client.createSender('plain').sendMessages({ body: 'bad' });
    const receiver = client.createReceiver('plain');
    for (const deliveryCount of [0, 1, 2]) {
      const message = await receiveOne(receiver);
      expect(message.deliveryCount).toBe(deliveryCount);
      await receiver.abandonMessage(message);
    }
    expect(await receiver.receiveMessages(1, { maxWaitTimeInMs: 100 })).toEqual([]);
    const dead = await receiveOne(client.createReceiver('plain', DEAD_LETTERS));
    expect(dead).toMatchObject({ body: 'bad', deadLetterReason: 'MaxDeliveryCountExceeded' });
  });

  it('sets a message aside and brings it back by its sequence number', async () => {
    const { client } = await startBus({ queues: [plainQueue()] });
    await client.createSender('plain').sendMessages([{ body: 1 }, { body: 2 }, { body: 3 }]);
    const receiver = client.createReceiver('plain');
    const numbers = [];
    for (let index = 0; index < 3; index += 1) {
      const message = await receiveOne(receiver);
      await receiver.deferMessage(message, { deferredBy: 'test' });
      if (message.sequenceNumber !== undefined) numbers.push(message.sequenceNumber);
    }
    expect(await receiver.receiveMessages(1, { maxWaitTimeInMs: 100 })).toEqual([]);
    const [first, second, third] = await receiver.receiveDeferredMessages(numbers);
    if (first === undefined || second === undefined || third === undefined) throw new Error('gone');
    expect(first).toMatchObject({ body: 1, applicationProperties: { deferredBy: 'test' } });
    await receiver.completeMessage(first);
    await receiver.abandonMessage(second);
    await receiver.deadLetterMessage(third, LATE);
    const [again] = await receiver.receiveDeferredMessages(numbers.slice(1, 2));
    expect(again).toMatchObject({ body: 2, deliveryCount: 1 });
    await expect(receiver.receiveDeferredMessages(numbers.slice(0, 1))).rejects.toMatchObject({
      code: 'MessageNotFound',
    });
    const dead = await receiveOne(client.createReceiver('plain', DEAD_LETTERS));
    expect(dead).toMatchObject({ body: 3, deadLetterReason: 'late' });
  });

  it('deletes on receipt when asked to', async () => {
    const { broker, client } = await startBus({ queues: [plainQueue()] });
    await client.createSender('plain').sendMessages([{ body: 1 }, { body: 2 }]);
    const receiver = client.createReceiver('plain', { receiveMode: 'receiveAndDelete' });
    const messages = await receiver.receiveMessages(2, { maxWaitTimeInMs: 2000 });
    expect(messages.map(({ body }): unknown => body)).toEqual([1, 2]);
    expect(broker.stats().plain).toMatchObject({ active: 0, completed: 2 });
  });

  it('feeds a subscriber and completes what it handles', async () => {
    const { broker, client } = await startBus({ queues: [plainQueue()] });
    const sent = Array.from({ length: 3000 }, (_, index) => ({ body: index }));
    await client.createSender('plain').sendMessages(sent);
    const seen = new Set<unknown>();
    const receiver = client.createReceiver('plain');
    await new Promise<void>((resolve, reject) => {
      receiver.subscribe(
        {
          processMessage: async ({ body }) => {
            seen.add(body);
            if (seen.size === sent.length) resolve();
          },
          processError: async ({ error }) => reject(error),
        },
        { maxConcurrentCalls: 50 },
      );
    });
    await receiver.close();
    expect(broker.stats().plain).toMatchObject({ completed: sent.length });
  });

  it('shares a queue among receivers', async () => {
    const { client } = await startBus({ queues: [plainQueue()] });
    const receivers = [client.createReceiver('plain'), client.createReceiver('plain')];
    const both = Promise.all(receivers.map((receiver) => consume(receiver, 10)));
    await client
      .createSender('plain')
      .sendMessages(Array.from({ length: 20 }, (_, index) => ({ body: index })));
    const [left, right] = await both;
    expect([...(left ?? []), ...(right ?? [])].sort((a, b) => Number(a) - Number(b))).toEqual(
      Array.from({ length: 20 }, (_, index) => index),
    );
  });
});
