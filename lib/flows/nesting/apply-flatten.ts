import type { StoredConnection } from '../../ports/connections.ts';
import type { LaneMessage } from '../../sync/messages.ts';
import type { ApplyNeeds } from '../lanes/apply.ts';
import type { Trial } from '../lanes/apply-items.ts';
import { enterRun } from '../lanes/lane-work.ts';
import { settleDerived } from './settle-derived.ts';

/**
 * Another lane says that somebody has come into a group nested in one of this lane, or left it, or that
 * the group is nested since now. What the rows say now decides; the message itself proves nothing.
 */
export async function applyFlatten(
  needs: ApplyNeeds,
  connection: StoredConnection,
  message: Extract<LaneMessage, { kind: 'flatten' }>,
  { isOffline }: Trial,
): Promise<void> {
  const opened = await needs.lanes.open(connection.id, message.lane);
  const place = { connection, message, lane: enterRun(opened, message) };
  await settleDerived(needs, place, message.pairs, isOffline);
}
