import type { StoredConnection } from '../ports/connections.ts';
import type { LaneMessage } from '../sync/messages.ts';
import type { ApplyNeeds } from './apply.ts';
import { applyEdges } from './apply-edges.ts';
import type { Trial } from './apply-items.ts';
import { askForDecision } from './ask-for-decision.ts';
import { compareTarget } from './compare-target.ts';
import { enterRun } from './lane-work.ts';

/**
 * Users are exported since now, or no more: whether they are to be members of the target group is
 * decided by what their links say now.
 */
export async function applyTarget(
  needs: ApplyNeeds,
  connection: StoredConnection,
  message: Extract<LaneMessage, { kind: 'target' }>,
  { isOffline }: Trial,
): Promise<void> {
  const opened = await needs.lanes.open(connection.id, message.lane);
  const place = { connection, message, lane: enterRun(opened, message) };
  const joined = await compareTarget(needs, place, message.users);
  // The application may hold the group as well.
  if (!isOffline) place.lane = await applyEdges(needs, place, joined);
  if (place.lane.removals > opened.removals)
    await askForDecision(needs, connection.id, 1 << message.lane);
}
