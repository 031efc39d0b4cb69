import type { StoredConnection } from '../../ports/connections.ts';
import { toLane } from '../../sync/addressed.ts';
import { LANES } from '../../sync/lanes.ts';
import type { LaneMessage } from '../../sync/messages.ts';
import { giveOwed } from '../edges/give-owed.ts';
import { drainMessage, WORD_SECONDS } from '../outage.ts';
import { askForDecision } from '../removals/ask-for-decision.ts';
import type { ApplyNeeds } from './apply.ts';
import type { Trial } from './apply-items.ts';
import { tryAgain } from './apply-retry.ts';
import type { LanePlace } from './lane-work.ts';

type DrainMessage = Extract<LaneMessage, { kind: 'drain' }>;

/** The rate doubles with every message, up to this many links at once. */
const MOST_AT_ONCE = 1_600;
const PAGE = 100;

/**
 * The application is back after an outage: the lane does what was left undone, then tells the next
 * one. A few links at first, so that what has just come back is not run over.
 */
export async function applyDrain(
  needs: ApplyNeeds,
  connection: StoredConnection,
  message: DrainMessage,
  { isOffline }: Trial,
): Promise<void> {
  if (isOffline) return waitForWord(needs, connection, message);
  const lane = await needs.lanes.reopen(connection.id, message.lane);
  const place: LanePlace = { connection, message, lane };
  const limit = Math.min(message.limit * 2, MOST_AT_ONCE);
  const isDone = (await drainLinks(needs, place, message.limit)) && (await giveOwed(needs, place));
  if (!isDone) return needs.bus.send('changes', [toLane({ ...message, limit })]);
  if (place.lane.removals > 0) await askForDecision(needs, connection.id, 1 << message.lane);
  if (message.lane + 1 < LANES)
    await needs.bus.send('changes', [
      drainMessage(needs, connection, { ...message, lane: message.lane + 1, limit }),
    ]);
}

/**
 * This worker has not heard yet that the outage is over, or it is not written down yet. If the
 * application is down again, the probe that finds it back begins anew.
 */
async function waitForWord(
  needs: ApplyNeeds,
  connection: StoredConnection,
  message: DrainMessage,
): Promise<void> {
  const { outage } = await needs.checkpoints.load(connection.id);
  if (outage?.endedAt === null && outage.probe !== message.probe) return;
  await needs.bus.send('changes', [{ ...toLane(message), delaySeconds: WORD_SECONDS }]);
}

/** @returns whether nothing is due any more */
async function drainLinks(needs: ApplyNeeds, place: LanePlace, limit: number): Promise<boolean> {
  let left = limit;
  const size = Math.min(PAGE, limit);
  for await (const page of needs.lanes.due(place.lane, needs.clock.now(), { size })) {
    await tryAgain(needs, place, page);
    left -= page.links.length + page.edges.length;
    if (left <= 0) return false;
  }
  return true;
}
