import type { StoredConnection } from '../../ports/connections.ts';
import type { Lane } from '../../ports/lanes.ts';
import type { Services } from '../../ports.ts';
import { outsideRuns, toLane } from '../../sync/addressed.ts';
import type { Link } from '../../sync/link.ts';

/** The batch is saved by then. */
const TOLD_AFTER_SECONDS = 5;

/**
 * Has those who wait for some links told as soon as the lane comes to it. Sent before the links are
 * saved: a look too many does no harm.
 * @param links where none waits to be told of, nothing is sent
 */
export async function tellSoon(
  needs: Pick<Services, 'bus' | 'clock'>,
  place: { readonly connection: StoredConnection; readonly lane: Lane },
  links: readonly Link[],
): Promise<void> {
  if (!links.some(({ wakeDue }) => wakeDue)) return;
  const { lane } = place.lane;
  const envelope = { ...outsideRuns(place.connection, needs.clock.now()), lane };
  const retry = toLane({ ...envelope, kind: 'retry' });
  await needs.bus.send('changes', [{ ...retry, delaySeconds: TOLD_AFTER_SECONDS }]);
}
