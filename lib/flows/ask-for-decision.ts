import type { Services } from '../ports.ts';
import { toPoll } from '../sync/addressed.ts';

/** Lanes that ask at about the same time are answered by one decision. */
const TOGETHER_SECONDS = 5;

/**
 * Asks for a run that decides about removals which were found outside of one, or approved.
 * @param lanes those that have some, as bits
 * @param runId promised to somebody who waits for it; without one, several are answered together
 */
export async function askForDecision(
  { bus }: Pick<Services, 'bus'>,
  connectionId: string,
  lanes: number,
  runId?: string,
): Promise<void> {
  const message = toPoll({ connectionId, reason: 'decide', lanes, ...(runId && { runId }) });
  const wait = runId ? {} : { delaySeconds: TOGETHER_SECONDS };
  await bus.send('polls', [{ ...message, ...wait }]);
}
