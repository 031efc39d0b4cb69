import type { StoredConnection } from '../../ports/connections.ts';
import type { LaneMessage } from '../../sync/messages.ts';
import { applyEdges } from '../edges/apply-edges.ts';
import type { ApplyNeeds } from '../lanes/apply.ts';
import type { Trial } from '../lanes/apply-items.ts';
import { enterRun } from '../lanes/lane-work.ts';
import { askForDecision } from '../removals/ask-for-decision.ts';
import { compareTarget } from './compare-target.ts';

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
