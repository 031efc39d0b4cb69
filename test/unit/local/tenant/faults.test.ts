import { describe, expect, it } from 'vitest';
import { Faults } from '../../../../local/tenant/faults.ts';
import { randomFrom } from '../../../../local/tenant/random.ts';
import { limitsFor, Throttling } from '../../../../local/tenant/throttling.ts';

const users = { method: 'GET', segments: ['users', 'delta'] };

describe('faults', () => {
  it('strike the routes they name, until they are used up', () => {
    const faults = new Faults(randomFrom(1));
    faults.add([{ kind: 'throttle', route: 'get /users', count: 2 }]);
    expect(faults.take('throttle', { method: 'GET', segments: ['groups'] })).toBeUndefined();
    expect(faults.take('unavailable', users)).toBeUndefined();
    expect(faults.take('throttle', users)).toBeDefined();
    expect(faults.list()).toMatchObject([{ left: 1 }]);
    expect(faults.take('throttle', users)).toBeDefined();
    expect(faults.take('throttle', users)).toBeUndefined();
  });

  it('give each change a lag, with jitter where it is wanted', () => {
    const faults = new Faults(randomFrom(1));
    expect(faults.lagSeconds()).toBe(0);
    faults.add([{ kind: 'lag', seconds: 5, jitterSeconds: 10 }]);
    const lags = Array.from({ length: 50 }, () => faults.lagSeconds());
    expect(Math.min(...lags)).toBeGreaterThanOrEqual(5);
    expect(Math.max(...lags)).toBeLessThan(15);
    expect(new Set(lags).size).toBeGreaterThan(40);
    faults.clear();
    expect(faults.lagSeconds()).toBe(0);
  });
});

describe('throttling', () => {
  it('grows with the tenant', () => {
    expect([10, 50, 500, 501].map((size) => limitsFor(size).resourceUnits)).toEqual([
      3500, 5000, 5000, 8000,
    ]);
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
