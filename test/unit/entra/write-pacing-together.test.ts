import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { openWritePacing } from '../../../lib/entra/write-pacing.ts';
import { limitsFor } from '../../../local/tenant/limits.ts';
import { Throttling } from '../../../local/tenant/throttling.ts';

beforeEach(() => vi.useFakeTimers({ now: 0 }));
afterEach(() => vi.useRealTimers());

const sleep = (milliseconds: number) =>
  new Promise<void>((resolve) => setTimeout(resolve, milliseconds));

/** How long so many workers take for so many writes each, and how many writes are refused meanwhile. */
async function written(workers: number, writes: number) {
  const limits = limitsFor(1_000);
  const tenant = new Throttling(() => limits);
  let refused = 0;
  const draw = () => tenant.draw('app', { units: 1, isWrite: true, priority: 'low' }, Date.now());
  const work = async () => {
    const pacing = openWritePacing({ now: Date.now, sleep });
    for (let left = writes; left > 0; ) {
      const batch = Math.min(20, left);
      const isLetThrough = await pacing.take(batch, 'low').then(
        () => true,
        () => false,
      );
      if (!isLetThrough) {
        await sleep(60_000);
        continue;
      }
      await sleep(200);
      const verdicts = Array.from({ length: batch }, draw);
      const waits = verdicts.flatMap(({ refusal }) => refusal?.retryAfterSeconds ?? []);
      const used = Math.max(...verdicts.map(({ usage }) => usage));
      pacing.heed({
        used: used < 0.8 ? 0 : used,
        ...(waits.length > 0 && { retryAfterSeconds: Math.max(...waits) }),
      });
      refused += waits.length;
      left -= batch - waits.length;
    }
  };
  const all = Promise.all(Array.from({ length: workers }, work));
  await vi.runAllTimersAsync();
  await all;
  return { seconds: Date.now() / 1_000, refused };
}

it.each([
  { workers: 1, writes: 5_000, most: { seconds: 360, refused: 0 } },
  { workers: 4, writes: 1_250, most: { seconds: 220, refused: 600 } },
  { workers: 10, writes: 500, most: { seconds: 330, refused: 3_500 } },
])(
  '$workers workers write $writes each, about as fast as Graph allows',
  async ({ workers, writes, most }) => {
    const { seconds, refused } = await written(workers, writes);
    // 2,400 at once, the others at 20 a second: 130 s. One worker alone keeps to half of that.
    expect(seconds).toBeLessThan(most.seconds);
    expect(refused).toBeLessThanOrEqual(most.refused);
  },
);
