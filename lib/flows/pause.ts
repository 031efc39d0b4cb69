import { AppError, hasCode } from '../errors.ts';
import type { Services } from '../ports.ts';

/** Within an hour of such pauses a message is delivered less than 200 times; 2,000 are allowed. */
const LONGEST_PAUSE_SECONDS = 20;

/**
 * Waits before a message goes back to the bus, which delivers it again at once and without pause:
 * longer with every delivery, so that an outage of hours dead-letters nothing.
 */
export async function pauseBefore(
  { sleep }: Pick<Services, 'sleep'>,
  error: unknown,
  deliveryCount: number,
): Promise<void> {
  if (hasCode(error, 'state-changed', 'state-exists')) return;
  const asked = error instanceof AppError ? (error.retryAfterSeconds ?? 0) : 0;
  await sleep(1_000 * Math.min(LONGEST_PAUSE_SECONDS, Math.max(asked, deliveryCount)));
}
