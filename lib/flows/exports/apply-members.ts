import type { StoredConnection } from '../../ports/connections.ts';
import { toLane } from '../../sync/addressed.ts';
import type { LaneMessage } from '../../sync/messages.ts';
import { reachesEntra } from '../edges/edge-ways.ts';
import type { ApplyNeeds } from '../lanes/apply.ts';
import type { Trial } from '../lanes/apply-items.ts';
import { enterRun } from '../lanes/lane-work.ts';
import { wakeOthers } from '../lanes/wake-others.ts';
import { askForDecision } from '../removals/ask-for-decision.ts';
import { compareMembers } from './compare-members.ts';
import { releaseTaken } from './release-taken.ts';

const ASK_LATER_SECONDS = 180;

/**
 * The application has changed memberships of groups of this lane: they are compared as they are now.
 * While it is down they wait on the bus.
 */
export async function applyMembers(
  needs: ApplyNeeds,
  connection: StoredConnection,
  message: Extract<LaneMessage, { kind: 'members' }>,
  { isOffline }: Trial,
): Promise<void> {
  if (isOffline)
    return needs.bus.send('changes', [{ ...toLane(message), delaySeconds: ASK_LATER_SECONDS }]);
  const opened = await needs.lanes.open(connection.id, message.lane);
  const place = { connection, message, lane: enterRun(opened, message) };
  if (!reachesEntra(connection, { relation: 'member' }))
    return releaseTaken(needs, place, message.words);
  const groups = await compareMembers(needs, place, message.words, 'high');
  // What is still owed to an entry made anew is given now: later it would undo what the application does next.
  const returned = groups.filter(({ state, wakeDue }) => state === 'linked' && wakeDue !== null);
  if (returned.length > 0)
    place.lane = await wakeOthers(needs, place, message, {
      returned,
      fresh: new Set(),
      others: [],
    });
  if (place.lane.removals > opened.removals)
    await askForDecision(needs, connection.id, 1 << message.lane);
}
