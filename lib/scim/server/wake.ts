import type { Services } from '../../ports.ts';
import { toPoll } from '../../sync/addressed.ts';

type Needs = Pick<Services, 'bus' | 'clock'>;

/** Writes that follow each other share one message in this time. */
const SHARED_SECONDS = 2;
const MOST = 1_000;

/**
 * Tells the sync that something was written. The first write of a burst wakes it at once; a second
 * message, some seconds later, stands for all that follow until then. What is told to nobody, because
 * a process ended, is found by the timer.
 */
export function openWaking(): (needs: Needs, connectionId: string) => Promise<void> {
  const wokenAt = new Map<string, number>();
  return async ({ bus, clock }, connectionId) => {
    const now = clock.now();
    const last = wokenAt.get(connectionId) ?? Number.NEGATIVE_INFINITY;
    // A message that is still to come shows this write as well.
    if (last > now) return;
    const isBurst = now - last < SHARED_SECONDS * 1_000;
    wokenAt.delete(connectionId);
    wokenAt.set(connectionId, isBurst ? now + SHARED_SECONDS * 1_000 : now);
    const [oldest] = wokenAt.keys();
    if (wokenAt.size > MOST && oldest !== undefined) wokenAt.delete(oldest);
    const message = toPoll({ connectionId, reason: 'pushed' });
    await bus.send('polls', [isBurst ? { ...message, delaySeconds: SHARED_SECONDS } : message]);
  };
}
