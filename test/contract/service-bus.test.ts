import { ServiceBusClient } from '@azure/service-bus';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openBus } from '../../lib/azure/service-bus.ts';
import { telemetry } from '../../lib/azure/telemetry.ts';
import type { Outgoing } from '../../lib/ports/platform.ts';
import { type Broker, startBroker } from '../../local/bus/broker.ts';

const queue = (name: string) => ({
  name,
  requiresSession: true,
  lockDurationSeconds: 60,
  maxDeliveryCount: 10,
});

let broker: Broker;
let bus: ReturnType<typeof openBus>;
let receiver: ServiceBusClient;

beforeAll(async () => {
  broker = await startBroker({ queues: [queue('polls'), queue('changes')] });
  bus = openBus({ connectionString: broker.connectionString });
  receiver = new ServiceBusClient(broker.connectionString);
});

afterAll(async () => {
  await Promise.all([bus.close(), receiver.close()]);
  await broker.close();
});

async function receive(session: string, count: number) {
  const link = await receiver.acceptSession('changes', session);
  const messages = [];
  while (messages.length < count) {
    const some = await link.receiveMessages(count - messages.length, { maxWaitTimeInMs: 2_000 });
    if (some.length === 0) break;
    for (const message of some) await link.completeMessage(message);
    messages.push(...some);
  }
  await link.close();
  return messages;
}

const counted = () => telemetry.snapshot()['bus.messages'] ?? 0;

describe('the bus', () => {
  it('sends JSON to its session with an id of its own', async () => {
    const before = counted();
    await bus.send('changes', [{ session: 'one', body: { text: 'Zoë', list: [1] } }]);
    const [message] = await receive('one', 1);
    expect(message).toMatchObject({
      body: { text: 'Zoë', list: [1] },
      sessionId: 'one',
      contentType: 'application/json',
      messageId: expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
    expect(counted()).toBe(before + 1);
    await bus.send('changes', []);
    expect(counted()).toBe(before + 1);
  });

  it('keeps the order of each session over several batches', async () => {
    const padding = 'x'.repeat(30_000);
    const messages: Outgoing[] = Array.from({ length: 45 }, (_, n) => ({
      session: `order-${n % 3}`,
      body: { n, padding },
    }));
    await bus.send('changes', messages);
    for (const lane of [0, 1, 2]) {
      const received = await receive(`order-${lane}`, 15);
      const numbers = received.map((message) => message.body.n);
      expect(numbers).toEqual(Array.from({ length: 15 }, (_, n) => n * 3 + lane));
    }
  });

  it('refuses a message that is too large, and sends none of the call', async () => {
    const large = { session: 'large', body: 'x'.repeat(300_000) };
    const before = broker.stats().changes?.sent;
    const small = Array.from({ length: 20 }, () => ({
      session: 'large',
      body: 'y'.repeat(20_000),
    }));
    await expect(bus.send('changes', [...small, large])).rejects.toMatchObject({
      code: 'bad-request',
      retryable: false,
    });
    expect(broker.stats().changes?.sent).toBe(before);
  });

  it('delivers a delayed message no earlier than asked', async () => {
    const start = Date.now();
    await bus.send('changes', [
      { session: 'late', body: 'late', delaySeconds: 1 },
      { session: 'late', body: 'now' },
    ]);
    const received = await receive('late', 2);
    expect(received.map((message) => message.body)).toEqual(['now', 'late']);
    expect(Date.now() - start).toBeGreaterThanOrEqual(1_000);
  });

  it('takes many senders at once', async () => {
    const calls = Array.from({ length: 50 }, (_, n) =>
      bus.send(n % 2 ? 'polls' : 'changes', [{ session: `many-${n % 4}`, body: { n } }]),
    );
    await Promise.all(calls);
    const received = await receive('many-0', 13);
    expect(received).toHaveLength(13);
  });
});

describe('a bus that cannot be reached', () => {
  it('is unavailable', async () => {
    const closed = openBus({ connectionString: broker.connectionString.replace(/:\d+/, ':9') });
    await expect(closed.send('polls', [{ session: 's', body: 1 }])).rejects.toMatchObject({
      code: 'unavailable',
      retryable: true,
    });
    await closed.close();
  });

  it('is unavailable without the queue', async () => {
    const other = await startBroker({ queues: [queue('changes')] });
    const lacking = openBus({ connectionString: other.connectionString });
    await expect(lacking.send('polls', [{ session: 's', body: 1 }])).rejects.toMatchObject({
      code: 'unavailable',
    });
    await lacking.close();
    await other.close();
  });

  it('sends again once the broker is back', async () => {
    const first = await startBroker({ queues: [queue('changes')] });
    const patient = openBus({ connectionString: first.connectionString });
    await patient.send('changes', [{ session: 's', body: 1 }]);
    await first.close();
    const second = await startBroker({ queues: [queue('changes')], port: first.port });
    // A new connection's round trip gives the old one the time to notice.
    const fresh = openBus({ connectionString: second.connectionString });
    await fresh.send('changes', [{ session: 's', body: 2 }]);
    await patient.send('changes', [{ session: 's', body: 3 }]);
    expect(second.stats().changes?.sent).toBe(2);
    await Promise.all([patient.close(), fresh.close()]);
    await second.close();
  });
});
