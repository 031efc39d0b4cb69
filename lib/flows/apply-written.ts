import type { StoredConnection } from '../ports/connections.ts';
import type { LaneMessage } from '../sync/messages.ts';
import type { ApplyNeeds } from './apply.ts';
import type { Trial } from './apply-items.ts';
import { askForDecision } from './ask-for-decision.ts';
import { bringInStep } from './bring-in-step.ts';
import { enterRun } from './lane-work.ts';

/**
 * The application has written entries of these objects: they are compared as they are now. Whoever
 * is tied to another entry, or to none, is left alone.
 */
export async function applyWritten(
  needs: ApplyNeeds,
  connection: StoredConnection,
  message: Extract<LaneMessage, { kind: 'written' }>,
  { isOffline }: Trial,
): Promise<void> {
  const opened = await needs.lanes.open(connection.id, message.lane);
  const place = { connection, message, lane: enterRun(opened, message) };
  const ids = message.objects.map(({ entraId }) => entraId);
  const links = await needs.lanes.links(place.lane, [...new Set(ids)]);
  const named = new Set(message.objects.map(({ entraId, appId }) => `${entraId} ${appId}`));
  const tied = [...links.values()].filter(({ entraId, appId }) => named.has(`${entraId} ${appId}`));
  await bringInStep(needs, place, tied, { isOffline, looksAtApp: true });
  if (place.lane.removals > opened.removals)
    await askForDecision(needs, connection.id, 1 << message.lane);
}
