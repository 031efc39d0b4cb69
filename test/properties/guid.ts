import { createHash } from 'node:crypto';

/** An id that is the same in every history, and spreads over the lanes. */
export function guid(name: string): string {
  const hex = createHash('sha256').update(name).digest('hex');
  return [8, 12, 16, 20, 32].map((end, n, ends) => hex.slice(ends[n - 1] ?? 0, end)).join('-');
}
