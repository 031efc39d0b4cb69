import type { StoredConnection } from '../ports/connections.ts';
import { countedKind } from '../sync/counters.ts';
import type { LaneMessage } from '../sync/messages.ts';
import { linkOfBorn } from '../sync/newcomers/born.ts';
import type { ApplyNeeds } from './apply.ts';
import type { Trial } from './apply-items.ts';
import { askForDecision } from './ask-for-decision.ts';
import { bringInStep } from './bring-in-step.ts';
import { enterRun, type LanePlace } from './lane-work.ts';

/**
 * Ties objects that were just made in Entra to the entries that they were made of, then compares both:
 * either may have changed since. Whatever is tied otherwise is left alone.
 */
export async function applyBorn(
  needs: ApplyNeeds,
  connection: StoredConnection,
  message: Extract<LaneMessage, { kind: 'born' }>,
  { isOffline }: Trial,
): Promise<void> {
  const opened = await needs.lanes.open(connection.id, message.lane);
  const place: LanePlace = { connection, message, lane: enterRun(opened, message) };
  const ids = message.objects.map(({ entraId }) => entraId);
  const stored = await needs.lanes.links(place.lane, [...new Set(ids)]);
  const now = needs.clock.now();
  const tied = message.objects.flatMap((born) => {
    const from = stored.get(born.entraId);
    const link = linkOfBorn(from, born, now);
    return link ? [{ link, from, totals: { [countedKind(link.kind)]: 1 } }] : [];
  });
  if (tied.length > 0) place.lane = await needs.lanes.commit(place.lane, tied);
  const links = await needs.lanes.links(place.lane, ids);
  const own = [...links.values()].filter(({ state }) => state === 'linked');
  await bringInStep(needs, place, own, { isOffline, looksAtApp: true });
  // Some are deleted again already.
  if (place.lane.removals > opened.removals)
    await askForDecision(needs, connection.id, 1 << message.lane);
}
