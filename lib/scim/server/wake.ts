import type { Services } from '../../ports.ts';
import { toPoll } from '../../sync/addressed.ts';
import type { PollMessage } from '../../sync/messages.ts';
import { putLast } from '../../sync/put-last.ts';

type Needs = Pick<Services, 'bus' | 'clock'>;

/** `pushed`: Entra's provisioning service has written; `written`: the application has. */
export type WritePoll = Extract<PollMessage['reason'], 'pushed' | 'written'>;

/** Writes that follow each other share one message in this time. */
const SHARED_SECONDS = 1;
/** The bus has a clock of its own: what it delivers by then may be a little early. */
const MARGIN_MS = 250;
const MOST = 1_000;

/**
 * Tells the sync that something was written. The first write of a burst wakes it at once; a second
 * message, a second later, stands for all that follow until then. What is told to nobody, because
 * a process ended, is found by a timer: Entra's word by the next poll, the application's once an hour.
 */
export function openWaking(): (
  needs: Needs,
  connectionId: string,
  reason: WritePoll,
) => Promise<void> {
  const wokenAt = new Map<string, number>();
  return async ({ bus, clock }, connectionId, reason) => {
    const now = clock.now();
    const key = `${connectionId} ${reason}`;
    const last = wokenAt.get(key) ?? Number.NEGATIVE_INFINITY;
    // A message that is still to come shows this write as well.
    if (last - MARGIN_MS > now) return;
    const isBurst = now - last < SHARED_SECONDS * 1_000;
    const value = isBurst ? now + SHARED_SECONDS * 1_000 : now;
    putLast(wokenAt, { key, value, most: MOST });
    const message = toPoll({ connectionId, reason });
    await bus.send('polls', [isBurst ? { ...message, delaySeconds: SHARED_SECONDS } : message]);
  };
}
