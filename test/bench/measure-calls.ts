import type { Tell } from './figures.ts';

/** What calls may take, in milliseconds, and how many a second there must be. */
interface CallBudget {
  readonly p50?: number;
  readonly p95?: number;
  readonly leastRate?: number;
}

/** So many calls come first, to a worker that has just begun. */
const WARMING = 20;

/**
 * Makes calls, some at the same time, and tells how many there were a second and how long they took.
 * @throws Error where one of them fails
 */
export async function measureCalls(
  { calls, at }: { readonly calls: number; readonly at: number },
  call: (n: number) => Promise<{ readonly status: number }>,
  tell: Tell,
  { p50 = 0, p95 = 0, leastRate = 0 }: CallBudget = {},
): Promise<void> {
  const milliseconds: number[] = [];
  const one = async (n: number) => {
    const began = performance.now();
    const { status } = await call(n);
    if (status >= 400) throw new Error(`a call is answered with ${status}`);
    milliseconds.push(performance.now() - began);
  };
  const warming = Math.min(WARMING, Math.floor(calls / 10));
  for (let n = 0; n < warming; n += 1) await one(n);
  milliseconds.length = 0;
  const began = performance.now();
  let next = warming;
  const client = async () => {
    while (next < calls) await one(next++);
  };
  await Promise.all(Array.from({ length: at }, client));
  const rate = ((calls - warming) * 1_000) / (performance.now() - began);
  const sorted = milliseconds.sort((a, b) => a - b);
  const share = (part: number) => sorted[Math.ceil(sorted.length * part) - 1] ?? 0;
  tell({ name: 'rate', value: rate, unit: 'a second', budget: leastRate || null, isLeast: true });
  tell({ name: 'p50', value: share(0.5), unit: 'ms', budget: p50 || null });
  tell({ name: 'p95', value: share(0.95), unit: 'ms', budget: p95 || null });
}
