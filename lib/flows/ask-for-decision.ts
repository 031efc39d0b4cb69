import type { Services } from '../ports.ts';
import { newRunId } from '../sync/run.ts';

/**
 * Asks for a run that decides about removals which were found outside of one, or approved.
 * @param lanes those that have some, as bits
 * @returns the id of that run
 */
export async function askForDecision(
  { bus, clock }: Pick<Services, 'bus' | 'clock'>,
  connectionId: string,
  lanes: number,
  delaySeconds = 0,
): Promise<string> {
  const runId = newRunId(clock.now());
  const body = { v: 1, connectionId, reason: 'decide', runId, lanes };
  await bus.send('polls', [{ session: connectionId, body, delaySeconds }]);
  return runId;
}
