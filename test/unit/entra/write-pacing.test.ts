import { describe, expect, it } from 'vitest';
import { openWritePacing } from '../../../lib/entra/write-pacing.ts';

/** Pacing on a clock that only its own pauses move. */
function paced(share?: number) {
  let now = Date.UTC(2026, 0, 1);
  const pauses: number[] = [];
  const pacing = openWritePacing({
    now: () => now,
    sleep: async (milliseconds) => {
      pauses.push(milliseconds);
      now += milliseconds;
    },
  });
  if (share !== undefined) pacing.allow('contoso', share);
  const take = async (batches: number, priority: 'low' | 'high' = 'high') => {
    for (let batch = 0; batch < batches; batch += 1) await pacing.take(20, priority);
  };
  const pass = (milliseconds: number) => {
    now += milliseconds;
  };
  return { pacing, pauses, take, pass };
}

describe('a share of the quota', () => {
  it.each([
    [undefined, 75, 2_000],
    [1, 150, 1_000],
    [0.1, 15, 10_000],
  ])(
    'of %s lets %d batches of 20 through, and then one in %d ms',
    async (share, batches, pause) => {
      const { take, pauses } = paced(share);
      await take(batches);
      expect(pauses).toEqual([]);
      await take(3);
      expect(pauses).toEqual([pause, pause, pause]);
    },
  );

  it('refills evenly, and never beyond itself', async () => {
    const { take, pauses, pass } = paced();
    await take(75);
    pass(75_000);
    await take(37);
    expect(pauses).toEqual([]);
    pass(10_000_000);
    await take(75);
    expect(pauses).toEqual([]);
    await take(1);
    expect(pauses).toEqual([2_000]);
  });

  it('keeps 3,000 writes in 150 seconds as Graph counts them', async () => {
    const { take, pauses } = paced();
    await take(300);
    const waited = pauses.reduce((sum, pause) => sum + pause, 0);
    // 6,000 writes, 1,500 of them saved up, at 10 a second.
    expect(waited).toBe(450_000);
  });

  it('is the largest that anybody allows, and what was drawn stays drawn', async () => {
    const { pacing, take, pauses } = paced(0.1);
    await take(15);
    pacing.allow('fabrikam', 0.2);
    await take(15);
    expect(pauses).toEqual([]);
    pacing.allow('contoso', 0.05);
    await take(1);
    pacing.allow('fabrikam', 0.18);
    await take(1);
    expect(pauses).toEqual([5_000, 22_223]);
  });
});

describe('what Graph says', () => {
  it.each([
    [0.79, []],
    [0.8, [4_000, 4_000]],
    [0.99, [4_000, 4_000]],
    [1, [20_000, 20_000]],
    [1.8, [20_000, 20_000]],
  ])('slows down at %d, without what was saved up', async (used, expected) => {
    const { pacing, take, pauses } = paced();
    pacing.heed({ used });
    await take(2);
    expect(pauses).toEqual(expected);
  });

  it('is over when it says no more', async () => {
    const { pacing, take, pauses, pass } = paced();
    pacing.heed({ used: 1 });
    pacing.heed({});
    await take(1);
    pacing.heed({ used: 0 });
    await take(1);
    pass(60_000);
    pacing.heed({ used: 0 });
    pacing.heed({ used: 0 });
    await take(75);
    expect(pauses[0]).toBe(20_000);
    // A third of a minute later it is a third faster.
    expect(pauses[1]).toBeCloseTo(20_000 / (1 + 10 / 3), -2);
    expect(pauses.at(-1)).toBe(2_000);
  });

  it('stops everything for as long as it asks', async () => {
    const { pacing, take, pauses } = paced();
    pacing.heed({ retryAfterSeconds: 2.128 });
    pacing.heed({ retryAfterSeconds: 1 });
    await take(2);
    expect(pauses).toEqual([2_128]);
  });

  it('is told of where it takes more than a minute', async () => {
    const { pacing, take, pauses, pass } = paced();
    pacing.heed({ retryAfterSeconds: 61 });
    const failure = { code: 'throttled', retryAfterSeconds: 61 };
    await expect(take(1)).rejects.toMatchObject(failure);
    expect(pauses).toEqual([]);
    pass(61_000);
    await take(1);
    expect(pauses).toEqual([]);
  });
});

it('is not stopped for ever', async () => {
  const { pacing, take, pass } = paced();
  pacing.heed({ retryAfterSeconds: 1e9 });
  await expect(take(1)).rejects.toMatchObject({ retryAfterSeconds: 900 });
  pass(900_000);
  await take(1);
});

describe('priority', () => {
  it('lets high pass all that is low, in order', async () => {
    const { pacing, take } = paced();
    await take(75);
    const passed: string[] = [];
    const asked = (['low', 'low', 'high', 'high'] as const).map(async (priority, place) => {
      await pacing.take(20, priority);
      passed.push(`${priority} ${place}`);
    });
    await Promise.all(asked);
    expect(passed).toEqual(['high 2', 'high 3', 'low 0', 'low 1']);
  });

  it('does not hold up those behind one who gives up', async () => {
    const { pacing, take, pass } = paced();
    pacing.heed({ retryAfterSeconds: 61 });
    const outcomes = await Promise.allSettled([take(1), take(1, 'low')]);
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    pass(61_000);
    await take(1, 'low');
  });
});
