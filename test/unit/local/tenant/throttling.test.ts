import { describe, expect, it } from 'vitest';
import { limitsFor, Throttling } from '../../../../local/tenant/throttling.ts';

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
