import type { Lane } from '../../ports/lanes.ts';
import type { SyncState } from '../../ports/sync-state.ts';
import type { Services } from '../../ports.ts';
import { countLosses } from '../../sync/losses.ts';
import { pollAgeSeconds } from '../../sync/poll-age.ts';

// What infra/modules/alerts.bicep asks the log for: the log reaches Azure Monitor through the Functions
// host, without a collector. Nothing is read for it.

/** Says how a connection stands that is switched on, whenever the timer polls it. */
export function tellConnection(
  { clock, log }: Pick<Services, 'clock' | 'log'>,
  connectionId: string,
  { checkpoint, run, guard }: SyncState,
): void {
  const age = pollAgeSeconds(checkpoint, run, clock.now());
  log.info('connection measured', {
    connectionId,
    held: countLosses(guard.held),
    ...(age !== null && { pollAgeSeconds: age }),
  });
}

/**
 * Says how many objects could not be brought in step, once an hour. The field has a name of its own:
 * the Functions host takes a line for an error that holds the word "fail".
 */
export function tellLaneCounts(
  { log }: Pick<Services, 'log'>,
  connectionId: string,
  lanes: readonly Lane[],
): void {
  const outOfStep = lanes.reduce((sum, lane) => sum + lane.failures, 0);
  log.info('lanes measured', { connectionId, outOfStep });
}
