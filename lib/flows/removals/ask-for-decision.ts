import type { Services } from '../../ports.ts';
import { toPoll } from '../../sync/addressed.ts';

/** Lanes that ask at about the same time are answered by one decision. */
const TOGETHER_SECONDS = 5;

/**
 * Asks for a run that decides about removals which were found outside of one, or approved.
 * @param lanes those that have some, as bits
 * @param promised a run to somebody who waits for it; without one, several are answered together
 */
export async function askForDecision(
  { bus }: Pick<Services, 'bus'>,
  connectionId: string,
  lanes: number,
  promised?: { readonly runId: string; readonly by: string },
): Promise<void> {
  const message = toPoll({ connectionId, reason: 'decide', lanes, ...promised });
  const wait = promised ? {} : { delaySeconds: TOGETHER_SECONDS };
  await bus.send('polls', [{ ...message, ...wait }]);
}
