import type { StoredConnection } from '../../ports/connections.ts';
import { toLane } from '../../sync/addressed.ts';
import { bereft, deletionOf } from '../../sync/given-up.ts';
import type { Link } from '../../sync/link.ts';
import type { LaneMessage } from '../../sync/messages.ts';
import { rulesOf } from '../../sync/rules/rules-of.ts';
import { reachesEntra } from '../edges/edge-ways.ts';
import { dropLoose } from '../entries/drop-loose.ts';
import { entriesBack, freed } from '../entries/entries-back.ts';
import { compareManagers } from '../exports/compare-managers.ts';
import { askForDecision } from '../removals/ask-for-decision.ts';
import { appOf } from '../sides.ts';
import type { ApplyNeeds } from './apply.ts';
import type { Trial } from './apply-items.ts';
import { bringInStep } from './bring-in-step.ts';
import { enterRun, type LanePlace } from './lane-work.ts';
import { remind } from './remind.ts';

type WrittenMessage = Extract<LaneMessage, { kind: 'written' }>;

const DOWN_SECONDS = 180;
/** When a manager who has no object yet is looked for again. */
const WAIT_SECONDS: readonly number[] = [60, 300, 1_800, 21_600];

/**
 * The application has written entries of these objects, or deleted them: they are compared as they are
 * now, or given up. Whoever is tied to another entry, or to none, is left alone, unless the application
 * wants back what it had given up.
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
  const links = [...(await needs.lanes.links(place.lane, [...new Set(ids)])).values()];
  const tied = links.filter(named(message, { removed: false }));
  const deleted = links.filter(named(message, { removed: true }));
  const lost = isOffline ? deleted : await trulyGone(needs, place, deleted);
  const wanted = isOffline ? [] : await wantedBack(needs, place, links);
  const forsaken = await noteDeleted(needs, place, lost);
  const all = new Set([...tied, ...deleted.filter((link) => !lost.includes(link)), ...wanted]);
  await bringInStep(needs, place, [...forsaken, ...all], { isOffline, looksAtApp: true });
  if (isOffline) await lookWhenBack(needs, place, links);
  else
    await bringManagers(
      needs,
      place,
      tied.map(({ entraId }) => entraId),
    );
  if (place.lane.removals > opened.removals)
    await askForDecision(needs, connection.id, 1 << message.lane);
}

/** Picks the links whose very entries a message says were written, or deleted. */
function named({ objects }: WrittenMessage, { removed }: { readonly removed: boolean }) {
  const some = objects.filter((one) => (one.removed ?? false) === removed);
  const names = new Set(some.map(({ entraId, appId }) => `${entraId} ${appId}`));
  return ({ entraId, appId }: Link) => names.has(`${entraId} ${appId}`);
}

/** The word alone proves nothing: whose entry is there, or there again, is compared. */
async function trulyGone(needs: ApplyNeeds, { connection }: LanePlace, links: readonly Link[]) {
  const back = await entriesBack(needs, connection, links);
  return links.filter(({ entraId }) => !back.has(entraId));
}

/** Notes that the application has deleted entries by its own hand, where that is for Entra to follow. */
async function noteDeleted(
  needs: ApplyNeeds,
  place: LanePlace,
  links: readonly Link[],
): Promise<Link[]> {
  const rules = rulesOf(place.connection);
  const noted = links.map((from) => {
    return { from, link: deletionOf(rules, from.kind) === 'keep' ? from : bereft(from) };
  });
  const writes = noted.filter(({ link, from }) => link !== from);
  if (writes.length > 0) place.lane = await needs.lanes.commit(place.lane, writes);
  return noted.map(({ link }) => link);
}

/** An entry of an object that was given up is there again: the application has made it anew. */
async function wantedBack(needs: ApplyNeeds, place: LanePlace, links: readonly Link[]) {
  const given = links.filter(mayBeWanted);
  const back = await entriesBack(needs, place.connection, given);
  const now = needs.clock.now();
  const writes = given
    .filter(({ entraId, appId }) => (back.get(entraId)?.id ?? appId) !== appId)
    .map((link) => freed(link, now));
  await dropLoose(appOf(needs, place.connection), writes);
  await remind(needs, place.message, writes);
  if (writes.length > 0) place.lane = await needs.lanes.commit(place.lane, writes);
  return writes.flatMap((write) => ('link' in write ? [write.link] : []));
}

function mayBeWanted({ givenUp }: Link): boolean {
  return givenUp === 'waits' || givenUp === 'disabled';
}

type Written = LanePlace & { readonly message: WrittenMessage };

/**
 * Managers flow by themselves. Those who have no object yet are looked for again a few times; a full
 * run sees to the rest.
 */
async function bringManagers(
  needs: ApplyNeeds,
  place: Written,
  ids: readonly string[],
): Promise<void> {
  const { connection, message } = place;
  if (!reachesEntra(connection, { relation: 'manager' })) return;
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

/** While the application is down, nobody can say what its managers are, or whether it wants somebody back. */
async function lookWhenBack(
  { bus }: Pick<ApplyNeeds, 'bus'>,
  { connection, message }: Written,
  links: readonly Link[],
): Promise<void> {
  if (!reachesEntra(connection, { relation: 'manager' }) && !links.some(mayBeWanted)) return;
  await bus.send('changes', [{ ...toLane(message), delaySeconds: DOWN_SECONDS }]);
}
