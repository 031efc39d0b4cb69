import { describe, expect, it } from 'vitest';
import type { Queue } from '../../../../local/bus/queue/queue.ts';
import type { SessionLock } from '../../../../local/bus/queue/session-locks.ts';
import { bench, send, take } from './queue-fixture.ts';

function accept(queue: Queue, now: number, sessionId?: string): SessionLock {
  const lock = queue.acceptSession(sessionId, {}, now);
  if (lock === undefined) throw new Error('no session');
  return lock;
}

describe('a queue with sessions', () => {
  it('gives sessions out by how long they have waited, one holder each', () => {
    const { queue } = bench({ requiresSession: true });
    for (const sessionId of ['a', 'b', 'a']) send(queue, 0, sessionId);
    const first = accept(queue, 0);
    expect(first.sessionId).toBe('a');
    expect(accept(queue, 0).sessionId).toBe('b');
    expect(queue.acceptSession(undefined, {}, 0)).toBeUndefined();
    expect(queue.acceptSession('a', {}, 0)).toBeUndefined();
    send(queue, 1, 'c');
    queue.releaseSession(first, 2);
    expect(accept(queue, 2).sessionId).toBe('c');
    expect(accept(queue, 2).sessionId).toBe('a');
  });

  it('gives messages only to who holds their session', () => {
    const { queue } = bench({ requiresSession: true });
    send(queue, 0, 'a');
    expect(queue.take({ holder: {}, sessionId: 'a' }, 0)).toBeUndefined();
    const lock = accept(queue, 0, 'a');
    expect(queue.take({ holder: {}, sessionId: 'a' }, 0)).toBeUndefined();
    expect(take(queue, lock, 0).number).toBe(1);
  });

  it('can be held without messages, and is not offered once it is empty', () => {
    const { queue } = bench({ requiresSession: true });
    const empty = accept(queue, 0, 'x');
    send(queue, 0, 'x');
    queue.settle(take(queue, empty, 0).token, { kind: 'complete' }, 0);
    queue.releaseSession(empty, 0);
    expect(queue.acceptSession(undefined, {}, 0)).toBeUndefined();
  });

  it('returns what a released holder had, uncounted and in order', () => {
    const { queue, events } = bench({ requiresSession: true });
    for (let count = 0; count < 3; count += 1) send(queue, 0, 'a');
    const first = accept(queue, 0);
    const { token } = take(queue, first, 0);
    take(queue, first, 0);
    queue.releaseSession(first, 1);
    expect(queue.settle(token, { kind: 'complete' }, 1)).toBe(false);
    const second = accept(queue, 1);
    expect([1, 2, 3].map(() => take(queue, second, 1).number)).toEqual([1, 2, 3]);
    expect(queue.book.get(1)?.deliveryCount).toBe(0);
    expect(events).toEqual([]);
  });

  it('takes a session away when its lock ends, and counts its messages', () => {
    const { queue } = bench({ requiresSession: true });
    send(queue, 0, 'a');
    send(queue, 0, 'a');
    const lock = accept(queue, 0);
    const { token } = take(queue, lock, 0);
    expect(queue.nextDue()).toBe(10_000);
    expect(queue.advance(9999)).toEqual([]);
    expect(queue.advance(10_000)).toEqual([lock]);
    expect(queue.settle(token, { kind: 'complete' }, 10_000)).toBe(false);
    expect([1, 2].map((number) => queue.book.get(number)?.deliveryCount)).toEqual([1, 0]);
    expect(queue.renewSession('a', 10_000)).toBeUndefined();
    expect(accept(queue, 10_000).sessionId).toBe('a');
    // The old holder letting go later must not touch the new one.
    queue.releaseSession(lock, 10_001);
    expect(queue.acceptSession('a', {}, 10_001)).toBeUndefined();
  });

  it('renews messages with their session', () => {
    const { queue } = bench({ requiresSession: true });
    send(queue, 0, 'a');
    const lock = accept(queue, 0);
    const { token } = take(queue, lock, 0);
    expect(queue.renewSession('a', 8000)).toBe(18_000);
    expect(queue.advance(17_999)).toEqual([]);
    expect(queue.settle(token, { kind: 'complete' }, 17_999)).toBe(true);
  });

  it('tells which sessions have something new', () => {
    const { queue } = bench({ requiresSession: true });
    send(queue, 0, 'a');
    send(queue, 0, 'b');
    expect(queue.takeWoken()).toEqual(['a', 'b']);
    expect(queue.hasWoken).toBe(false);
  });

  it('gives a deferred message to its own session only', () => {
    const { queue } = bench({ requiresSession: true });
    send(queue, 0, 'a');
    const lock = accept(queue, 0, 'a');
    queue.settle(take(queue, lock, 0).token, { kind: 'defer' }, 0);
    const other = accept(queue, 0, 'b');
    expect(queue.takeDeferred(1, other, 0)).toBeUndefined();
    expect(queue.takeDeferred(1, lock, 0)?.sequenceNumber).toBe(1);
  });
});
