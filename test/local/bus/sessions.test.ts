import { describe, expect, it } from 'vitest';
import { openLine } from './breakable-line.ts';
import { consume, newClient, receiveOne, sessionQueue, startBus } from './bus-fixture.ts';

describe('sessions', () => {
  it('hands a named session to one receiver at a time', async () => {
    const { broker, client } = await startBus({ queues: [sessionQueue()] });
    await client.createSender('lanes').sendMessages([
      { body: 1, sessionId: 'a' },
      { body: 2, sessionId: 'b' },
      { body: 3, sessionId: 'a' },
    ]);
    const first = await client.acceptSession('lanes', 'a');
    expect(first.sessionId).toBe('a');
    expect(first.sessionLockedUntilUtc.getTime()).toBeGreaterThan(Date.now() + 20_000);
    const other = newClient(broker.connectionString);
    await expect(other.acceptSession('lanes', 'a')).rejects.toMatchObject({
      code: 'SessionCannotBeLocked',
    });
    expect(await consume(first, 2)).toEqual([1, 3]);
    await first.close();
    const again = await other.acceptSession('lanes', 'a');
    await again.close();
  });

  it('lets a receiver wait for the next session', async () => {
    const { client } = await startBus({ queues: [sessionQueue()] });
    const waiting = client.acceptNextSession('lanes');
    await client.createSender('lanes').sendMessages({ body: 'wake', sessionId: 'z' });
    const receiver = await waiting;
    expect(receiver.sessionId).toBe('z');
    expect(await consume(receiver, 1)).toEqual(['wake']);
    await receiver.close();
  });

  it('says in time that no session came', async () => {
    const { broker } = await startBus({ queues: [sessionQueue()] });
    const client = newClient(broker.connectionString, 800);
    const started = Date.now();
    await expect(client.acceptNextSession('lanes')).rejects.toMatchObject({
      code: 'ServiceTimeout',
    });
    expect(Date.now() - started).toBeLessThan(5000);
    // A receiver that gave up must not swallow the next session.
    await client.createSender('lanes').sendMessages({ body: 1, sessionId: 'a' });
    const receiver = await client.acceptNextSession('lanes');
    expect(await consume(receiver, 1)).toEqual([1]);
    await receiver.close();
  });

  it('keeps the order within a session, abandoned messages first', async () => {
    const { client } = await startBus({ queues: [sessionQueue()] });
    await client
      .createSender('lanes')
      .sendMessages([1, 2, 3].map((body) => ({ body, sessionId: 'a' })));
    const receiver = await client.acceptSession('lanes', 'a');
    await receiver.abandonMessage(await receiveOne(receiver));
    expect(await consume(receiver, 3)).toEqual([1, 2, 3]);
    await receiver.close();
  });

  it('returns unsettled messages of a closed session uncounted', async () => {
    const { client } = await startBus({ queues: [sessionQueue()] });
    await client
      .createSender('lanes')
      .sendMessages([1, 2, 3].map((body) => ({ body, sessionId: 'a' })));
    const first = await client.acceptSession('lanes', 'a');
    await first.receiveMessages(2, { maxWaitTimeInMs: 2000 });
    await first.close();
    const second = await client.acceptNextSession('lanes');
    const messages = await second.receiveMessages(3, { maxWaitTimeInMs: 2000 });
    expect(messages.map(({ body, deliveryCount }) => [body, deliveryCount])).toEqual([
      [1, 0],
      [2, 0],
      [3, 0],
    ]);
    await second.close();
  });

  it('frees the session of a client whose connection died', async () => {
    const { broker, client } = await startBus({ queues: [sessionQueue()] });
    await client.createSender('lanes').sendMessages({ body: 1, sessionId: 'a' });
    const line = await openLine(broker.port);
    const doomed = newClient(broker.connectionString.replace(`${broker.port}`, `${line.port}`));
    await receiveOne(await doomed.acceptSession('lanes', 'a'));
    line.cut();
    const receiver = await client.acceptNextSession('lanes');
    expect(await receiveOne(receiver)).toMatchObject({ body: 1, deliveryCount: 0 });
    await receiver.close();
  });

  it('keeps a state per session', async () => {
    const { client } = await startBus({ queues: [sessionQueue()] });
    const receiver = await client.acceptSession('lanes', 'a');
    expect(await receiver.getSessionState()).toBeNull();
    await receiver.setSessionState({ page: 7 });
    expect(await receiver.getSessionState()).toEqual({ page: 7 });
    await receiver.close();
    const other = await client.acceptSession('lanes', 'b');
    expect(await other.getSessionState()).toBeNull();
    await other.close();
  });

  it('defers within a session', async () => {
    const { client } = await startBus({ queues: [sessionQueue()] });
    await client.createSender('lanes').sendMessages({ body: 1, sessionId: 'a' });
    const receiver = await client.acceptSession('lanes', 'a');
    const message = await receiveOne(receiver);
    await receiver.deferMessage(message);
    if (message.sequenceNumber === undefined) throw new Error('no sequence number');
    const [deferred] = await receiver.receiveDeferredMessages(message.sequenceNumber);
    if (deferred === undefined) throw new Error('gone');
    await receiver.completeMessage(deferred);
    expect(await receiver.peekMessages(1)).toEqual([]);
    await receiver.close();
  });

  it('works through many sessions in parallel, each in order', async () => {
    const { broker, client } = await startBus({ queues: [sessionQueue()] });
    const lanes = Array.from({ length: 32 }, (_, index) => `lane-${index}`);
    const bodies = Array.from({ length: 20 }, (_, index) => index);
    const sender = client.createSender('lanes');
    await Promise.all(
      lanes.map(async (sessionId) => {
        for (const body of bodies) await sender.sendMessages({ body, sessionId });
      }),
    );
    const seen = new Map<string, unknown[]>();
    let open = lanes.length;
    const worker = async (): Promise<void> => {
      while (open > 0) {
        open -= 1;
        const receiver = await client.acceptNextSession('lanes');
        seen.set(receiver.sessionId, await consume(receiver, bodies.length));
        await receiver.close();
      }
    };
    await Promise.all(Array.from({ length: 8 }, worker));
    expect(seen.size).toBe(lanes.length);
    for (const consumed of seen.values()) expect(consumed).toEqual(bodies);
    expect(broker.stats().lanes).toMatchObject({ active: 0, completed: 640 });
  });
});
