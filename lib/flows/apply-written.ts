import type { StoredConnection } from '../ports/connections.ts';
import { toLane } from '../sync/addressed.ts';
import type { LaneMessage } from '../sync/messages.ts';
import type { ApplyNeeds } from './apply.ts';
import type { Trial } from './apply-items.ts';
import { askForDecision } from './ask-for-decision.ts';
import { bringInStep } from './bring-in-step.ts';
import { compareManagers } from './compare-managers.ts';
import { reachesEntra } from './edge-ways.ts';
import { enterRun, type LanePlace } from './lane-work.ts';

type WrittenMessage = Extract<LaneMessage, { kind: 'written' }>;

const DOWN_SECONDS = 180;
/** When a manager who has no object yet is looked for again. */
const WAIT_SECONDS: readonly number[] = [60, 300, 1_800, 21_600];

/**
 * The application has written entries of these objects: they are compared as they are now. Whoever
 * is tied to another entry, or to none, is left alone.
 */
export async function applyWritten(
  needs: ApplyNeeds,
  connection: StoredConnection,
  message: WrittenMessage,
  { isOffline }: Trial,
): Promise<void> {
  const opened = await needs.lanes.open(connection.id, message.lane);
  const place = { connection, message, lane: enterRun(opened, message) };
  const ids = message.objects.map(({ entraId }) => entraId);
  const links = await needs.lanes.links(place.lane, [...new Set(ids)]);
  const named = new Set(message.objects.map(({ entraId, appId }) => `${entraId} ${appId}`));
  const tied = [...links.values()].filter(({ entraId, appId }) => named.has(`${entraId} ${appId}`));
  await bringInStep(needs, place, tied, { isOffline, looksAtApp: true });
  await bringManagers(needs, place, { ids: tied.map(({ entraId }) => entraId), isOffline });
  if (place.lane.removals > opened.removals)
    await askForDecision(needs, connection.id, 1 << message.lane);
}

type Written = LanePlace & { readonly message: WrittenMessage };

/**
 * Managers flow by themselves. Those who have no object yet are looked for again a few times; a full
 * run sees to the rest. So are all while the application is down.
 */
async function bringManagers(
  needs: ApplyNeeds,
  place: Written,
  { ids, isOffline }: { readonly ids: readonly string[]; readonly isOffline: boolean },
): Promise<void> {
  const { connection, message } = place;
  if (!reachesEntra(connection, { relation: 'manager' })) return;
  if (isOffline)
    return needs.bus.send('changes', [{ ...toLane(message), delaySeconds: DOWN_SECONDS }]);
  const links = [...(await needs.lanes.links(place.lane, ids)).values()];
  const waiting = await compareManagers(needs, place, links, { priority: 'high' });
  const { attempt = 0 } = message;
  const delaySeconds = WAIT_SECONDS[attempt];
  if (waiting.length === 0 || delaySeconds === undefined) return;
  const waits = new Set(waiting.map(({ entraId }) => entraId));
  const objects = message.objects.filter(({ entraId }) => waits.has(entraId));
  const again = toLane({ ...message, objects, attempt: attempt + 1 });
  await needs.bus.send('changes', [{ ...again, delaySeconds }]);
}
