import { describe, expect, it } from 'vitest';
import { bench, send, take, taker } from './queue-fixture.ts';

const ABANDON = { kind: 'abandon' } as const;
const COMPLETE = { kind: 'complete' } as const;

describe('a queue without sessions', () => {
  it('hands messages out once each, in the order of their numbers', () => {
    const { queue } = bench();
    for (let count = 0; count < 3; count += 1) send(queue, 0);
    const numbers = [1, 2, 3].map(() => take(queue, taker(), 0).number);
    expect(numbers).toEqual([1, 2, 3]);
    expect(queue.take(taker(), 0)).toBeUndefined();
  });

  it('puts an abandoned message back in its old place, and counts', () => {
    const { queue, events } = bench();
    for (let count = 0; count < 3; count += 1) send(queue, 0);
    const first = take(queue, taker(), 0);
    take(queue, taker(), 0);
    expect(queue.settle(first.token, ABANDON, 1)).toBe(true);
    expect(take(queue, taker(), 1).number).toBe(1);
    expect(queue.book.get(1)?.deliveryCount).toBe(1);
    expect(events).toEqual(['changed 1']);
  });

  it('releases without counting or writing anything down', () => {
    const { queue, events } = bench();
    send(queue, 0);
    queue.settle(take(queue, taker(), 0).token, { kind: 'release' }, 1);
    expect(queue.book.get(1)?.deliveryCount).toBe(0);
    expect(events).toEqual([]);
  });

  it('expires a lock exactly at its end, and refuses its token from then on', () => {
    const { queue } = bench();
    send(queue, 0);
    const { token } = take(queue, taker(), 0);
    expect(queue.nextDue()).toBe(10_000);
    queue.advance(9999);
    expect(queue.take(taker(), 9999)).toBeUndefined();
    expect(queue.settle(token, COMPLETE, 10_000)).toBe(false);
    queue.advance(10_000);
    expect(queue.book.get(1)?.deliveryCount).toBe(1);
    expect(take(queue, taker(), 10_000).number).toBe(1);
    expect(queue.settle(token, COMPLETE, 10_001)).toBe(false);
  });

  it('renews locks, so that the one renewed expires last', () => {
    const { queue } = bench();
    send(queue, 0);
    send(queue, 0);
    const first = take(queue, taker(), 0);
    take(queue, taker(), 1000);
    expect(queue.renewLock(first.token, 5000)).toBe(15_000);
    expect(queue.nextDue()).toBe(11_000);
    queue.advance(11_000);
    expect(take(queue, taker(), 11_000).number).toBe(2);
    expect(queue.settle(first.token, COMPLETE, 14_999)).toBe(true);
  });

  it('gives up on a message after the declared number of deliveries', () => {
    const { queue, events, dead } = bench({ maxDeliveryCount: 2 });
    send(queue, 0);
    queue.settle(take(queue, taker(), 0).token, ABANDON, 0);
    take(queue, taker(), 0);
    queue.advance(10_000);
    expect(events).toEqual(['changed 1', 'deadLettered 1']);
    expect(dead[0]?.properties.DeadLetterReason).toBe('MaxDeliveryCountExceeded');
    expect(queue.book.counts.active).toBe(0);
  });

  it('keeps a deferred message aside, also when it is abandoned', () => {
    const { queue } = bench();
    send(queue, 0);
    queue.settle(take(queue, taker(), 0).token, { kind: 'defer' }, 0);
    expect(queue.take(taker(), 0)).toBeUndefined();
    const deferred = queue.takeDeferred(1, taker(), 0);
    expect(queue.takeDeferred(1, taker(), 0)).toBeUndefined();
    expect(queue.settle(deferred?.lock?.token ?? '', ABANDON, 0)).toBe(true);
    expect(queue.take(taker(), 0)).toBeUndefined();
    expect(queue.takeDeferred(1, taker(), 0)?.deliveryCount).toBe(1);
  });

  it('activates scheduled messages by time, under new numbers', () => {
    const { queue, events } = bench();
    const draft = { sessionId: undefined, ttlMilliseconds: 1000 };
    queue.enqueue({ ...draft, dueAt: 300 }, 0);
    queue.enqueue({ ...draft, dueAt: 200 }, 0);
    queue.enqueue({ ...draft, dueAt: 100 }, 0);
    expect(queue.cancelScheduled(3)).toBe(true);
    send(queue, 50);
    expect(queue.book.counts).toEqual({ active: 1, deferred: 0, scheduled: 2 });
    expect(queue.cancelScheduled(4)).toBe(false);
    queue.advance(300);
    expect(events).toEqual(['removed 3', 'activated 2 as 5', 'activated 1 as 6']);
    expect([1, 2, 3].map(() => take(queue, taker(), 300).number)).toEqual([4, 5, 6]);
    expect(queue.book.get(6)).toMatchObject({ enqueuedAt: 300, expiresAt: 1300 });
  });

  it('takes a time that has passed for now', () => {
    const { queue } = bench();
    queue.enqueue({ sessionId: undefined, ttlMilliseconds: undefined, dueAt: 5 }, 10);
    expect(take(queue, taker(), 10).number).toBe(1);
  });

  it('ends messages by the shorter time to live, but never a locked one', () => {
    const { queue, events } = bench({ defaultTtlSeconds: 1 });
    const draft = { sessionId: undefined, dueAt: undefined };
    queue.enqueue({ ...draft, ttlMilliseconds: 500 }, 0);
    queue.enqueue({ ...draft, ttlMilliseconds: 5000 }, 0);
    const locked = take(queue, taker(), 0);
    queue.advance(1000);
    expect(events).toEqual(['removed 2']);
    queue.settle(locked.token, ABANDON, 1001);
    expect(events).toEqual(['removed 2', 'changed 1', 'removed 1']);
  });

  it('dead-letters the expired where that is declared', () => {
    const { queue, dead } = bench({ deadLetteringOnExpiration: true });
    queue.enqueue({ sessionId: undefined, dueAt: undefined, ttlMilliseconds: 500 }, 0);
    expect(queue.nextDue()).toBe(500);
    queue.advance(500);
    expect(dead[0]?.properties.DeadLetterReason).toBe('TTLExpiredException');
    expect(queue.nextDue()).toBe(Number.POSITIVE_INFINITY);
  });
});
