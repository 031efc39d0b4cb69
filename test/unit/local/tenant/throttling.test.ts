import { describe, expect, it } from 'vitest';
import { limitsFor } from '../../../../local/tenant/limits.ts';
import { Throttling } from '../../../../local/tenant/throttling.ts';

describe('throttling', () => {
  it('grows with the tenant', () => {
    expect([10, 50, 500, 501].map((size) => limitsFor(size)?.resourceUnits)).toEqual([
      3500, 5000, 5000, 8000,
    ]);
  });

  it('can be told otherwise, in part or wholly', () => {
    expect(limitsFor(10, { writes: 30 })).toEqual({
      resourceUnits: 3500,
      resourceUnitSeconds: 10,
      writes: 30,
      writeSeconds: 150,
    });
    expect(limitsFor(10, null)).toBeUndefined();
  });

  it.each([
    ['Low', 8],
    ['normal', 10],
    [undefined, 10],
    ['high', 12],
  ])('lets through so many of 10 writes of %s priority: %s', (priority, expected) => {
    const throttling = new Throttling(() => limitsFor(10, { writes: 10 }));
    let through = 0;
    while (throttling.draw('a', { units: 1, isWrite: true, priority }, 0).refusal === undefined) {
      through += 1;
    }
    expect(through).toBe(expected);
  });

  it('asks low priority to wait until enough is left over', () => {
    const throttling = new Throttling(() => limitsFor(10, { writes: 10, writeSeconds: 10 }));
    const write = { units: 1, isWrite: true };
    for (let number = 0; number < 8; number += 1) throttling.draw('a', write, 0);
    const { refusal } = throttling.draw('a', { ...write, priority: 'low' }, 0);
    // One is left and 3 are needed: itself, and the fifth that is kept for the others.
    expect(refusal).toEqual({ information: 'WriteLimitExceeded', retryAfterSeconds: 2 });
  });

  it('keeps applications apart and refills evenly', () => {
    const throttling = new Throttling(() => ({
      resourceUnits: 10,
      resourceUnitSeconds: 10,
      writes: 100,
      writeSeconds: 10,
    }));
    const cost = { units: 8, isWrite: false };
    expect(throttling.draw('a', cost, 0).refusal).toBeUndefined();
    expect(throttling.draw('b', cost, 0).refusal).toBeUndefined();
    const { refusal, usage } = throttling.draw('a', cost, 0);
    expect(refusal).toEqual({ information: 'ResourceUnitLimitExceeded', retryAfterSeconds: 14 });
    expect(usage).toBeCloseTo(1.6);
    expect(throttling.draw('a', cost, 14_000).refusal).toBeUndefined();
  });
});
