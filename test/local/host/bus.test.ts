import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ServiceBusClient, type ServiceBusMessage } from '@azure/service-bus';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type Host, startHost } from '../../../local/host/host.ts';
import { type Child, startChild } from '../../../local/processes.ts';

const ready = z.object({ ready: z.literal(true), port: z.int(), connectionString: z.string() });

let dataDir: string;
let broker: Child<z.output<typeof ready>>;
let client: ServiceBusClient;
let host: Host;

const startBroker = (port?: number) =>
  startChild({
    name: 'broker',
    module: fileURLToPath(new URL('../../../local/bus/main.ts', import.meta.url)),
    argument: {
      dataDir,
      ...(port === undefined ? {} : { port }),
      queues: [
        { name: 'lanes', requiresSession: true, lockDurationSeconds: 60, maxDeliveryCount: 3 },
        { name: 'short', requiresSession: true, lockDurationSeconds: 1, maxDeliveryCount: 10 },
        { name: 'plain', requiresSession: false, lockDurationSeconds: 60, maxDeliveryCount: 3 },
      ],
    },
    ready,
  });

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'tandem-bus-'));
  broker = await startBroker();
  const { connectionString } = broker.ready;
  client = new ServiceBusClient(connectionString, { retryOptions: { retryDelayInMs: 100 } });
  host = await startHost({
    root: fileURLToPath(new URL('fixtures/bus', import.meta.url)),
    env: { BUS: connectionString, LANES_QUEUE: 'lanes', LOG_LEVEL: 'critical' },
  });
});
afterAll(async () => {
  await host?.close();
  await client?.close();
  await broker?.end();
  await rm(dataDir, { recursive: true });
});

const entry = z.object({
  queue: z.string(),
  session: z.string(),
  n: z.number(),
  deliveryCount: z.number(),
  running: z.number(),
});
const state = z.object({
  journal: z.array(entry),
  lastMetadata: z.record(z.string(), z.unknown()).optional(),
  lastMessage: z.unknown().optional(),
});

async function look(method = 'GET') {
  const answer = await fetch(`${host.url}/journal`, { method });
  return state.parse(await answer.json());
}

beforeEach(() => look('DELETE'));

async function send(queue: string, messages: ServiceBusMessage[]): Promise<void> {
  const sender = client.createSender(queue);
  await sender.sendMessages(messages);
  await sender.close();
}

const job = (sessionId: string, body: Record<string, unknown>) => ({ sessionId, body });

async function handled(count: number): Promise<z.output<typeof entry>[]> {
  const length = async () => (await look()).journal.length;
  await expect.poll(length, { timeout: 20_000, interval: 20 }).toBeGreaterThanOrEqual(count);
  return (await look()).journal;
}

describe('a queue with sessions', () => {
  it('is served in order within each session, and many sessions at once', async () => {
    const sessions = Array.from({ length: 16 }, (_, index) => `s${index}`);
    const numbers = Array.from({ length: 20 }, (_, n) => n);
    const jobs = numbers.flatMap((n) => sessions.map((id) => job(id, { n, ms: 2 })));
    await send('lanes', jobs);
    const journal = await handled(jobs.length);
    expect(journal).toHaveLength(jobs.length);
    for (const id of sessions) {
      expect(journal.filter(({ session }) => session === id).map(({ n }) => n)).toEqual(numbers);
    }
    expect(Math.max(...journal.map(({ running }) => running))).toBeGreaterThan(8);
    expect(journal.every(({ deliveryCount }) => deliveryCount === 1)).toBe(true);
  });

  it('gives the message and its metadata as the real host does', async () => {
    const message = {
      ...job('meta', { n: 1, TenantId: 'kept' }),
      messageId: 'the-id',
      correlationId: 'cause',
      applicationProperties: { TenantId: 'lower-cased' },
    };
    await send('lanes', [message]);
    await handled(1);
    const { lastMetadata, lastMessage } = await look();
    expect(lastMessage).toEqual({ n: 1, TenantId: 'kept' });
    expect(lastMetadata).toMatchObject({
      messageId: 'the-id',
      sessionId: 'meta',
      correlationId: 'cause',
      deliveryCount: 1,
      sequenceNumber: expect.any(Number),
      enqueuedTimeUtc: expect.stringMatching(/^\d{4}-.*Z$/),
      lockToken: expect.stringMatching(/^[0-9a-f-]{36}$/),
      applicationProperties: { tenantId: 'lower-cased' },
    });
    expect(lastMetadata).not.toHaveProperty('replyTo');
  });

  it('delivers what failed again, before what comes after, and then dead-letters it', async () => {
    await send('lanes', [job('poison', { n: 1, fail: true }), job('poison', { n: 2 })]);
    const journal = await handled(4);
    expect(journal.map(({ n, deliveryCount }) => [n, deliveryCount])).toEqual([
      [1, 1],
      [1, 2],
      [1, 3],
      [2, 1],
    ]);
    const receiver = client.createReceiver('lanes', { subQueueType: 'deadLetter' });
    const [dead] = await receiver.receiveMessages(1, { maxWaitTimeInMs: 5000 });
    expect(dead).toMatchObject({ body: { n: 1 }, deadLetterReason: 'MaxDeliveryCountExceeded' });
    if (dead) await receiver.completeMessage(dead);
    await receiver.close();
  });

  it('renews the lock of a session while a function works', async () => {
    await send('short', [job('long', { n: 1, ms: 2500 }), job('long', { n: 2 })]);
    const journal = await handled(2);
    expect(journal.map(({ n, deliveryCount }) => [n, deliveryCount])).toEqual([
      [1, 1],
      [2, 1],
    ]);
  });

  it('goes on soon after the broker was killed and started again', async () => {
    await send('lanes', [job('before', { n: 1, ms: 1000 })]);
    await expect.poll(() => host.invocations().lanes?.count, { interval: 20 }).toBeGreaterThan(0);
    await broker.kill();
    broker = await startBroker(broker.ready.port);
    const restarted = Date.now();
    await send('lanes', [job('after', { n: 2 })]);
    const all = async () => (await look()).journal.map(({ n }) => n);
    await expect.poll(all, { timeout: 20_000 }).toContain(2);
    expect(Date.now() - restarted).toBeLessThan(5000);
    await expect.poll(all, { timeout: 20_000 }).toContain(1);
  });
});

describe('a queue without sessions', () => {
  it('completes and abandons side by side without losing a message', async () => {
    const jobs = Array.from({ length: 60 }, (_, n) => ({ body: { n, fail: n % 3 === 0 } }));
    await send('plain', jobs);
    const journal = await handled(40 + 20 * 3);
    for (let n = 0; n < jobs.length; n += 1) {
      const counts = journal.filter((each) => each.n === n).map((each) => each.deliveryCount);
      expect(counts, `message ${n}`).toEqual(n % 3 === 0 ? [1, 2, 3] : [1]);
    }
    const receiver = client.createReceiver('plain', { subQueueType: 'deadLetter' });
    const dead = await receiver.receiveMessages(20, { maxWaitTimeInMs: 5000 });
    expect(dead).toHaveLength(20);
    await receiver.close();
  });
});

describe('closing', () => {
  it('lets a message in work finish and leaves the rest to others', async () => {
    const before = host.invocations().lanes?.count ?? 0;
    await send('lanes', [job('last', { n: 1, ms: 500 }), job('last', { n: 2 })]);
    await expect.poll(() => host.invocations().lanes?.count, { interval: 20 }).toBe(before + 1);
    await host.close();
    expect(host.invocations().lanes?.count).toBe(before + 1);
    const session = await client.acceptSession('lanes', 'last');
    const [left] = await session.receiveMessages(1, { maxWaitTimeInMs: 5000 });
    expect(left?.body).toEqual({ n: 2 });
    await session.close();
  });
});
