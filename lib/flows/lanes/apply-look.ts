import type { StoredConnection } from '../../ports/connections.ts';
import type { LaneMessage } from '../../sync/messages.ts';
import { askForDecision } from '../removals/ask-for-decision.ts';
import type { ApplyNeeds } from './apply.ts';
import type { Trial } from './apply-items.ts';
import { bringInStep } from './bring-in-step.ts';
import { enterRun } from './lane-work.ts';

/**
 * Users have come into groups by which the rules go, or left them: they are judged anew, from what
 * was last seen of them and without a question to Entra. The message itself proves nothing.
 */
export async function applyLook(
  needs: ApplyNeeds,
  connection: StoredConnection,
  message: Extract<LaneMessage, { kind: 'look' }>,
  { isOffline }: Trial,
): Promise<void> {
  const opened = await needs.lanes.open(connection.id, message.lane);
  const place = { connection, message, lane: enterRun(opened, message) };
  const links = await needs.lanes.links(place.lane, message.users);
  await bringInStep(needs, place, [...links.values()], { isOffline });
  // In an open run its end sees to them; asking once more does no harm.
  if (place.lane.removals > opened.removals)
    await askForDecision(needs, connection.id, 1 << message.lane);
}
