import { GATHERING_MILLISECONDS } from './link.ts';

/** Members that one request adds to a group (Graph docs: add members). */
const TOGETHER = 20;

/** Who is written now, and who waits for others. */
export interface Turns<T> {
  readonly going: readonly T[];
  readonly waiting: readonly T[];
}

/**
 * Full requests go at once; what would not fill one waits for more, until one of them has waited for
 * {@link GATHERING_MILLISECONDS}. The oldest go first, so that nobody waits for longer.
 * @param since since when one waits, in milliseconds since 1970
 */
export function turnsOf<T>(all: readonly T[], since: (one: T) => number, now: number): Turns<T> {
  const sorted = all.toSorted((one, other) => since(one) - since(other));
  const rest = sorted.slice(sorted.length - (sorted.length % TOGETHER));
  const isOver = rest.some((one) => since(one) + GATHERING_MILLISECONDS <= now);
  if (isOver) return { going: sorted, waiting: [] };
  return { going: sorted.slice(0, sorted.length - rest.length), waiting: rest };
}
