import type { AppError } from '../errors.ts';
import type { Clock } from '../ports/platform.ts';

/** How to pause before a repetition. */
export interface Pauses {
  readonly clock: Clock;
  /** @param milliseconds how long */
  readonly sleep: (milliseconds: number) => Promise<void>;
  /** 0 to 1; spreads the pauses of many workers. */
  readonly random: () => number;
}

/** How often the same request is sent in vain. */
export const MAX_TRIES = 4;

const FIRST_PAUSE_MS = 1_000;

/**
 * Milliseconds to wait after a failure: as long as the other side asks or, where it does not say,
 * twice as long with every try, half of it fixed and half of it random.
 * @param tries how often it failed so far, 1 or more
 */
export function pauseAfter(failure: AppError, tries: number, random: () => number): number {
  if (failure.retryAfterSeconds !== undefined) return failure.retryAfterSeconds * 1_000;
  const full = FIRST_PAUSE_MS * 2 ** (tries - 1);
  return full / 2 + (full / 2) * random();
}
