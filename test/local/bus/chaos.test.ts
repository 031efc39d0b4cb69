import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { ServiceBusClient, ServiceBusReceivedMessage } from '@azure/service-bus';
import { describe, expect, it, onTestFinished } from 'vitest';
import { newClient, sessionQueue } from './bus-fixture.ts';
import { forkBroker, killBroker } from './forked-broker.ts';

const LANES = 8;
const KILLS = 4;
const SLOW = new Error('no answer');
/** Milliseconds. */
const PATIENCE = 2500;
const MAX_BACKLOG = 500;
const NO_RENEWAL = { maxAutoLockRenewalDurationInMs: 0 };

/** What the clients know for certain, and what they cannot know. */
interface Account {
  acknowledged: Set<string>;
  completed: Set<string>;
  /** Sequence numbers. A client that saw no answer sends again: the same id, under another number. */
  completedNumbers: Set<string>;
  /** Completion asked for, no answer seen: done or not. */
  inDoubt: Set<string>;
  violations: string[];
  stopSending: boolean;
  stopReceiving: boolean;
}

/** Sends numbers to one lane, each until it is acknowledged. */
async function produce(client: ServiceBusClient, lane: number, account: Account): Promise<void> {
  const sender = client.createSender('lanes');
  for (let body = 0; !account.stopSending; ) {
    const message = { body, sessionId: `${lane}`, messageId: `${lane}/${body}` };
    if (account.acknowledged.size > account.completed.size + MAX_BACKLOG) await pause(5);
    try {
      await sender.sendMessages(message);
      account.acknowledged.add(message.messageId);
      body += 1;
    } catch {
      await pause(20);
    }
  }
}

function receive(message: ServiceBusReceivedMessage, last: Map<string, number>, account: Account) {
  const id = String(message.messageId);
  const lane = String(message.sessionId);
  const body = Number(message.body);
  if (account.completedNumbers.has(numberOf(message))) account.violations.push(`again ${id}`);
  if (body > (last.get(lane) ?? -1) + 1) account.violations.push(`gap before ${id}`);
  last.set(lane, Math.max(body, last.get(lane) ?? -1));
}

function numberOf(message: ServiceBusReceivedMessage): string {
  return String(message.sequenceNumber);
}

/** Takes sessions and completes their messages one by one, in order. */
async function consume(client: ServiceBusClient, last: Map<string, number>, account: Account) {
  while (!account.stopReceiving) {
    try {
      const abortSignal = AbortSignal.timeout(PATIENCE);
      const options = { ...NO_RENEWAL, abortSignal };
      const receiver = await promptly(client.acceptNextSession('lanes', options));
      const messages = await promptly(receiver.receiveMessages(20, { maxWaitTimeInMs: 50 }));
      for (const message of messages) {
        receive(message, last, account);
        const id = String(message.messageId);
        account.inDoubt.add(id);
        await promptly(receiver.completeMessage(message));
        account.completed.add(id);
        account.completedNumbers.add(numberOf(message));
        account.inDoubt.delete(id);
      }
      await promptly(receiver.close());
    } catch {
      await pause(20);
    }
  }
}

/**
 * The client can wait a minute for what a broker that died will never answer, even to a close or an
 * accept.
 */
async function promptly<T>(work: Promise<T>): Promise<T> {
  return Promise.race([
    work,
    pause(PATIENCE, undefined, { ref: false }).then(() => Promise.reject(SLOW)),
  ]);
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await pause(10);
}

describe('a broker that is killed again and again', () => {
  it('loses no acknowledged message, repeats no completed one, keeps the order', async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'bus-chaos-'));
    const options = {
      dataDir,
      queues: [sessionQueue({ maxDeliveryCount: 100, lockDurationSeconds: 5 })],
    };
    let broker = await forkBroker(options);
    onTestFinished(async () => {
      await killBroker(broker);
      await rm(dataDir, { recursive: true });
    });
    const account: Account = {
      acknowledged: new Set(),
      completed: new Set(),
      completedNumbers: new Set(),
      inDoubt: new Set(),
      violations: [],
      stopSending: false,
      stopReceiving: false,
    };
    const client = newClient(broker.connectionString, 2000);
    const last = new Map<string, number>();
    const senders = Array.from({ length: LANES }, (_, lane) => produce(client, lane, account));
    const receivers = Array.from({ length: 4 }, () => consume(client, last, account));

    for (let kill = 0; kill < KILLS; kill += 1) {
      const { acknowledged, completed } = account;
      const [sent, done] = [acknowledged.size, completed.size];
      await until(() => acknowledged.size > sent + 200 && completed.size > done + 100);
      await killBroker(broker);
      broker = await forkBroker({ ...options, port: broker.port });
    }
    account.stopSending = true;
    await Promise.all(senders);
    const missing = () =>
      [...account.acknowledged].filter(
        (id) => !account.completed.has(id) && !account.inDoubt.has(id),
      );
    await until(() => missing().length === 0);
    account.stopReceiving = true;
    await Promise.all(receivers);

    expect(account.violations).toEqual([]);
    expect(account.acknowledged.size).toBeGreaterThan(KILLS * 200);
    expect(account.inDoubt.size).toBeLessThanOrEqual(KILLS * 8);
  });

  it('keeps states, counts and numbers over a restart', async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'bus-restart-'));
    const options = { dataDir, queues: [sessionQueue()] };
    let broker = await forkBroker(options);
    onTestFinished(async () => {
      await killBroker(broker);
      await rm(dataDir, { recursive: true });
    });
    const before = newClient(broker.connectionString);
    await before
      .createSender('lanes')
      .sendMessages([1, 2, 3].map((body) => ({ body, sessionId: 'a' })));
    const first = await before.acceptSession('lanes', 'a');
    await first.setSessionState('kept');
    const [one, two] = await first.receiveMessages(2, { maxWaitTimeInMs: 2000 });
    if (one === undefined || two === undefined) throw new Error('no messages');
    await first.abandonMessage(one, { tried: true });
    await first.deferMessage(two);
    await killBroker(broker);

    broker = await forkBroker({ ...options, port: broker.port });
    const client = newClient(broker.connectionString);
    await client.createSender('lanes').sendMessages({ body: 4, sessionId: 'a' });
    const second = await client.acceptSession('lanes', 'a');
    expect(await second.getSessionState()).toBe('kept');
    const peeked = await second.peekMessages(10);
    expect(peeked.map(({ body, state, deliveryCount }) => [body, state, deliveryCount])).toEqual([
      [1, 'active', 1],
      [2, 'deferred', 0],
      [3, 'active', 0],
      [4, 'active', 0],
    ]);
    expect(peeked[0]?.applicationProperties).toEqual({ tried: true });
    const numbers = peeked.map(({ sequenceNumber }) => sequenceNumber?.toNumber());
    expect(numbers.slice(0, 3)).toEqual([1, 2, 3]);
    expect(numbers[3]).toBeGreaterThan(3);
    await second.close();
  });
});
