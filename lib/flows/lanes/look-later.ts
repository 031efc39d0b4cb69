import type { StoredConnection } from '../../ports/connections.ts';
import type { Lane } from '../../ports/lanes.ts';
import type { Services } from '../../ports.ts';
import { outsideRuns, toLane } from '../../sync/addressed.ts';
import { STALE_MILLISECONDS } from '../../sync/entra-values.ts';
import type { Item } from '../../sync/entry.ts';

/** The bus' clock sends the message, this process' clock tells what is stale. */
const SKEW_SECONDS = 3;

/**
 * Has objects read once no replica can lag any more: what was shown of them may be from before our
 * own write, or somebody has set it back. Sent before anything is saved: a message too many does no
 * harm.
 */
export async function lookLater(
  { bus, clock }: Pick<Services, 'bus' | 'clock'>,
  { connection, lane }: { readonly connection: StoredConnection; readonly lane: Lane },
  items: readonly Item[],
): Promise<void> {
  if (items.length === 0) return;
  const objects = items.map(({ kind, id }) => ({ kind, id }));
  const envelope = { ...outsideRuns(connection, clock.now()), lane: lane.lane };
  const message = toLane({ ...envelope, kind: 'verify', objects, doubts: true });
  const delaySeconds = STALE_MILLISECONDS / 1_000 + SKEW_SECONDS;
  await bus.send('changes', [{ ...message, delaySeconds }]);
}
