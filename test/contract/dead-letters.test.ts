import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ServiceBusClient, type ServiceBusMessage } from '@azure/service-bus';
import { describe, expect, it, onTestFinished } from 'vitest';
import { collectDeadLetters, type WantedLetters } from '../../lib/azure/dead-letters.ts';
import { openBus } from '../../lib/azure/service-bus.ts';
import { AppError } from '../../lib/errors.ts';
import type { DeadLetter } from '../../lib/ports/platform.ts';
import { type BrokerOptions, startBroker } from '../../local/bus/broker.ts';

const MOST_DELIVERIES = 3;

const EVERYTHING = { queue: 'changes', most: 1_000, waitMilliseconds: 200 } as const;

const queue = (name: string, lockDurationSeconds = 60) => ({
  name,
  requiresSession: true,
  lockDurationSeconds,
  maxDeliveryCount: MOST_DELIVERIES,
});

async function start(options: Partial<BrokerOptions> = {}) {
  const broker = await startBroker({ queues: [queue('polls'), queue('changes')], ...options });
  const client = new ServiceBusClient(broker.connectionString);
  onTestFinished(async () => {
    await client.close();
    await broker.close();
  });
  const letters: DeadLetter[] = [];
  const keep = async (letter: DeadLetter) => void letters.push(letter);
  return {
    broker,
    client,
    letters,
    collect: (wanted: Partial<WantedLetters> = {}, take = keep) =>
      collectDeadLetters(client, { ...EVERYTHING, ...wanted }, take),
    waiting: () => broker.stats().changes?.deadLettered,
  };
}

/** With what an AMQP message can hold besides. */
type Sent = ServiceBusMessage & { bodyType?: 'value'; properties?: { groupId: string } };

/** Sends messages to one session and has all of them rejected by their receiver. */
async function bury(
  { client }: { client: ServiceBusClient },
  messages: Sent[],
  description = 'of no use',
) {
  const sender = client.createSender('changes');
  await sender.sendMessages(messages.map((message) => ({ sessionId: 'lane', ...message })));
  const receiver = await client.acceptSession('changes', 'lane');
  for (let left = messages.length; left > 0; ) {
    const received = await receiver.receiveMessages(left, { maxWaitTimeInMs: 5_000 });
    const why = { deadLetterReason: 'test', deadLetterErrorDescription: description };
    await Promise.all(received.map((message) => receiver.deadLetterMessage(message, why)));
    left -= received.length;
  }
  await receiver.close();
}

const numbered = (count: number) => Array.from({ length: count }, (_, n) => ({ body: { n } }));
const numbersOf = (letters: readonly DeadLetter[]) => letters.map(({ body }) => JSON.parse(body).n);
const upTo = (count: number) => Array.from({ length: count }, (_, n) => n);

describe('dead letters', () => {
  it('are none where every message was handled, which takes a moment to know', async () => {
    const { collect, letters } = await start();
    const began = Date.now();
    expect(await collect({ waitMilliseconds: 300 })).toBe(0);
    expect(letters).toEqual([]);
    expect(Date.now() - began).toBeGreaterThanOrEqual(290);
    expect(Date.now() - began).toBeLessThan(1_500);
  });

  it('are the messages that were delivered too often', async () => {
    const { broker, client, letters, waiting } = await start();
    const bus = openBus({ connectionString: broker.connectionString });
    onTestFinished(() => bus.close());
    const sentAt = Date.now();
    await bus.send('changes', [
      { session: 'world:3', body: { kind: 'items', name: 'Zoë' } },
      { session: 'world:3', body: 'behind it' },
    ]);
    for (let delivery = 0; delivery < MOST_DELIVERIES; delivery += 1) {
      const receiver = await client.acceptSession('changes', 'world:3');
      const [message] = await receiver.receiveMessages(1, { maxWaitTimeInMs: 5_000 });
      if (message) await receiver.abandonMessage(message);
      await receiver.close();
    }
    const keep = async (letter: DeadLetter) => void letters.push(letter);
    expect(await bus.collectDeadLetters('changes', 10, keep)).toBe(1);
    const [letter] = letters;
    expect(letter).toEqual({
      queue: 'changes',
      sessionId: 'world:3',
      body: '{"kind":"items","name":"Zoë"}',
      reason: expect.stringMatching(/^MaxDeliveryCountExceeded: .*3 delivery attempts\.$/u),
      deadAt: expect.any(Number),
    });
    expect(Math.abs((letter?.deadAt ?? 0) - sentAt)).toBeLessThan(10_000);
    expect(waiting()).toBe(0);
    const rest = await client.acceptSession('changes', 'world:3');
    const [behind] = await rest.receiveMessages(1, { maxWaitTimeInMs: 5_000 });
    expect(behind?.body).toBe('behind it');
  });

  it('are those of the queue that was asked for', async () => {
    const world = await start();
    await bury(world, numbered(1));
    expect(await world.collect({ queue: 'polls' })).toBe(0);
    expect(world.waiting()).toBe(1);
  });

  it('keep what was sent, whatever it was', async () => {
    const world = await start();
    const bytes = Buffer.from([0xff, 0xfe, 0x00, 0x80]);
    await bury(world, [
      { body: Buffer.from('{"big": 12345678901234567890}') },
      { body: Buffer.from('{"cut off"') },
      { body: bytes },
      { body: Buffer.alloc(0) },
      { body: { of: ['a', 1] }, bodyType: 'value', properties: { groupId: 'lane' } },
    ]);
    await world.collect();
    expect(world.letters.map(({ body }) => body)).toEqual([
      '{"big": 12345678901234567890}',
      '"{\\"cut off\\""',
      bytes.toString('base64'),
      '""',
      '{"of":["a",1]}',
    ]);
  });

  it('tell their reason on one line of at most 200 characters', async () => {
    const world = await start();
    await bury(world, numbered(1), `two\nlines ${'x'.repeat(500)}`);
    await world.collect();
    expect(world.letters[0]?.reason).toMatch(/^test: two lines x+$/u);
    expect(world.letters[0]?.reason).toHaveLength(200);
  });

  it('are collected in pieces, in their order, and no more than asked', async () => {
    const world = await start();
    await bury(world, numbered(250));
    expect(await world.collect({ most: 100 })).toBe(100);
    expect(world.waiting()).toBe(150);
    expect(await world.collect({ most: 1 })).toBe(1);
    expect(await world.collect()).toBe(149);
    expect(numbersOf(world.letters)).toEqual(upTo(250));
    expect(await world.collect()).toBe(0);
  });
});

describe('a dead letter that cannot be taken', () => {
  it('stays, with those behind it, and comes again at once', async () => {
    const world = await start();
    await bury(world, numbered(40));
    const full = new AppError('unavailable', 'the table is full');
    const taken: DeadLetter[] = [];
    const failing = world.collect({}, async (letter) => {
      if (taken.length === 30) throw full;
      taken.push(letter);
    });
    await expect(failing).rejects.toBe(full);
    expect(numbersOf(taken)).toEqual(upTo(30));
    expect(world.waiting()).toBe(10);
    expect(await world.collect()).toBe(10);
    expect(numbersOf(world.letters)).toEqual(upTo(40).slice(30));
  });

  it('stays however often that happens', async () => {
    const world = await start();
    await bury(world, numbered(1));
    const refuse = async () => {
      throw new Error('no');
    };
    for (let time = 0; time <= MOST_DELIVERIES; time += 1)
      await expect(world.collect({}, refuse)).rejects.toThrow('no');
    expect(await world.collect()).toBe(1);
  });

  it('comes again, the same, when its lock ran out meanwhile', async () => {
    const queues = [queue('polls'), queue('changes', 2)];
    const world = await start({ queues });
    await bury(world, numbered(1));
    const seen: DeadLetter[] = [];
    const slow = world.collect({}, async (letter) => {
      seen.push(letter);
      await new Promise((resolve) => setTimeout(resolve, 2_500));
    });
    await expect(slow).rejects.toMatchObject({ code: 'unavailable', retryable: true });
    expect(await world.collect()).toBe(1);
    expect(world.letters).toEqual(seen);
  });
});

describe('dead letters over restarts of the bus', () => {
  it('are kept on disk', async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'tandem-letters-'));
    onTestFinished(() => rm(dataDir, { recursive: true }));
    const queues = [queue('polls'), queue('changes')];
    const before = await startBroker({ dataDir, queues });
    const client = new ServiceBusClient(before.connectionString);
    await bury({ client }, numbered(3));
    await client.close();
    await before.close();
    const { collect, letters } = await start({ dataDir, queues });
    expect(await collect()).toBe(3);
    expect(numbersOf(letters)).toEqual([0, 1, 2]);
  });

  it('cannot be reached while it is down', async () => {
    const address = 'Endpoint=sb://127.0.0.1:9;SharedAccessKeyName=a;SharedAccessKey=b';
    const lost = openBus({ connectionString: `${address};UseDevelopmentEmulator=true` });
    onTestFinished(() => lost.close());
    await expect(lost.collectDeadLetters('changes', 10, async () => {})).rejects.toMatchObject({
      code: 'unavailable',
    });
  });
});
