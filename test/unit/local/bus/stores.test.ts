import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Message } from '../../../../local/bus/queue/message.ts';
import { MemoryStore } from '../../../../local/bus/store/memory-store.ts';
import { SqliteStore } from '../../../../local/bus/store/sqlite-store.ts';

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'bus-store-'));
  onTestFinished(() => rmSync(path, { recursive: true }));
  return path;
}

function message(sequenceNumber: number): Message {
  return {
    sequenceNumber,
    sessionId: 'a',
    enqueuedAt: 5,
    dueAt: undefined,
    expiresAt: Number.POSITIVE_INFINITY,
    state: 'active',
    deliveryCount: 0,
    lock: undefined,
  };
}

describe.each([
  ['memory', () => new MemoryStore()],
  ['sqlite', () => new SqliteStore(folder())],
])('a %s store', (_, open) => {
  it('gives back what was put in, before the commit and after', () => {
    const store = open();
    const queue = store.queueNumber('q');
    expect(store.queueNumber('other')).not.toBe(queue);
    expect(store.queueNumber('q')).toBe(queue);
    store.insert(queue, message(1), Buffer.from('one'));
    store.setSessionState(queue, 'a', Buffer.from('state'));
    for (let round = 0; round < 2; round += 1) {
      expect(String(store.content({ queue, sequenceNumber: 1 }))).toBe('one');
      expect(String(store.sessionState(queue, 'a'))).toBe('state');
      store.commit();
    }
    store.update(queue, message(1), Buffer.from('changed'));
    store.setSessionState(queue, 'a', null);
    expect(String(store.content({ queue, sequenceNumber: 1 }))).toBe('changed');
    expect(store.sessionState(queue, 'a')).toBeUndefined();
    store.commit();
    store.remove({ queue, sequenceNumber: 1 });
    store.commit();
    expect(() => store.content({ queue, sequenceNumber: 1 })).toThrow();
    store.close();
  });
});

describe('a sqlite store', () => {
  it('remembers what was committed', () => {
    const path = folder();
    const first = new SqliteStore(path);
    const queue = first.queueNumber('q');
    for (const sequenceNumber of [1, 2, 3]) {
      first.insert(queue, message(sequenceNumber), Buffer.from(`${sequenceNumber}`));
    }
    first.reserve(queue, 1001);
    first.remove({ queue, sequenceNumber: 1 });
    first.commit();
    first.update(queue, { ...message(2), state: 'deferred', deliveryCount: 4 }, Buffer.from('II'));
    first.update(queue, { ...message(2), state: 'deferred', deliveryCount: 5 });
    first.remove({ queue, sequenceNumber: 3 });
    first.close();
    const second = new SqliteStore(path);
    const { messages, nextSequenceNumbers } = second.load();
    expect(messages).toEqual([
      { queue, message: { ...message(2), state: 'deferred', deliveryCount: 5 } },
    ]);
    expect(String(second.content({ queue, sequenceNumber: 2 }))).toBe('II');
    expect(nextSequenceNumbers.get(second.queueNumber('q'))).toBe(1001);
    second.close();
  });

  it('belongs to one broker at a time', () => {
    const path = folder();
    const first = new SqliteStore(path);
    expect(() => new SqliteStore(path)).toThrow(/locked/u);
    first.close();
  });
});
