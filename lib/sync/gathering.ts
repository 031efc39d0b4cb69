import { GATHERING_MILLISECONDS } from './link.ts';

/** Members that one request adds to a group (Graph docs: add members). */
const TOGETHER = 20;

/** Who is written now, and who waits for others. */
export interface Turns<T> {
  readonly going: readonly T[];
  readonly waiting: readonly T[];
}

/**
 * Full requests go at once, the oldest first; what would not fill one waits for more. It goes without
 * them once one of it has waited for {@link GATHERING_MILLISECONDS}, unless full requests go just now:
 * then more are coming, and it waits for the next turn.
 * @param since since when one waits, in milliseconds since 1970
 */
export function turnsOf<T>(all: readonly T[], since: (one: T) => number, now: number): Turns<T> {
  const sorted = all.toSorted((one, other) => since(one) - since(other));
  const full = sorted.length - (sorted.length % TOGETHER);
  const isOver = full === 0 && sorted.some((one) => since(one) + GATHERING_MILLISECONDS <= now);
  if (isOver) return { going: sorted, waiting: [] };
  return { going: sorted.slice(0, full), waiting: sorted.slice(full) };
}
