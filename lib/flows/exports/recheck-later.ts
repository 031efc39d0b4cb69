import type { Services } from '../../ports.ts';
import { outsideRuns, toLane } from '../../sync/addressed.ts';
import { chunks } from '../../sync/chunks.ts';
import { STALE_MILLISECONDS } from '../../sync/entra-values.ts';
import type { EdgeKey } from '../../sync/messages.ts';
import type { LanePlace } from '../lanes/lane-work.ts';

const EDGES_A_MESSAGE = 1_000;
/** The bus' clock sends the message, this process' clock tells what is stale. */
const SKEW_SECONDS = 3;

interface Later {
  readonly delaySeconds?: number;
  /** How often Entra has told nothing of them. */
  readonly untold?: number | undefined;
}

/**
 * Has memberships looked at in their groups once no replica can lag any more. Sent before anything is
 * saved: a message too many does no harm.
 */
export async function recheckLater(
  { bus, clock }: Pick<Services, 'bus' | 'clock'>,
  { connection, lane }: Pick<LanePlace, 'connection' | 'lane'>,
  edges: readonly EdgeKey[],
  { delaySeconds = STALE_MILLISECONDS / 1_000 + SKEW_SECONDS, untold }: Later = {},
): Promise<void> {
  const keys = edges.map(({ holder, member }) => ({ holder, member }));
  const envelope = { ...outsideRuns(connection, clock.now()), lane: lane.lane };
  for (const some of chunks(keys, EDGES_A_MESSAGE)) {
    const count = untold === undefined ? {} : { untold };
    const message = toLane({ ...envelope, kind: 'recheck', edges: some, ...count });
    await bus.send('changes', [{ ...message, delaySeconds }]);
  }
}
