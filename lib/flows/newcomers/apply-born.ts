import type { StoredConnection } from '../../ports/connections.ts';
import { countedKind } from '../../sync/counters.ts';
import { bereft, deletionOf } from '../../sync/given-up.ts';
import type { Link } from '../../sync/link.ts';
import type { LaneMessage } from '../../sync/messages.ts';
import { linkOfBorn } from '../../sync/newcomers/born.ts';
import { rulesOf } from '../../sync/rules/rules-of.ts';
import { entriesBack } from '../entries/entries-back.ts';
import type { ApplyNeeds } from '../lanes/apply.ts';
import type { Trial } from '../lanes/apply-items.ts';
import { bringInStep } from '../lanes/bring-in-step.ts';
import { enterRun, type LanePlace } from '../lanes/lane-work.ts';
import { askForDecision } from '../removals/ask-for-decision.ts';

/**
 * Ties objects that were just made in Entra to the entries that they were made of, then compares both:
 * either may have changed since. Whatever is tied otherwise is left alone; an object whose entry is gone
 * again is given up.
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
  const born = message.objects.flatMap((one) => {
    const from = stored.get(one.entraId);
    const link = linkOfBorn(from, one, now);
    return link ? [{ link, from }] : [];
  });
  const gone = isOffline
    ? new Set<Link>()
    : await goneAlready(
        needs,
        connection,
        born.map(({ link }) => link),
      );
  const tied = born.map(({ link, from }) => {
    const next = gone.has(link) ? bereft(link) : link;
    return { link: next, from, totals: { [countedKind(link.kind)]: 1 } };
  });
  if (tied.length > 0) place.lane = await needs.lanes.commit(place.lane, tied);
  const links = await needs.lanes.links(place.lane, ids);
  const own = [...links.values()].filter(({ state }) => state === 'linked');
  await bringInStep(needs, place, own, { isOffline, looksAtApp: true });
  // Some are deleted again already.
  if (place.lane.removals > opened.removals)
    await askForDecision(needs, connection.id, 1 << message.lane);
}

/** Nobody but the application can have deleted an entry while its object was being made. */
async function goneAlready(
  needs: ApplyNeeds,
  connection: StoredConnection,
  links: readonly Link[],
): Promise<ReadonlySet<Link>> {
  const rules = rulesOf(connection);
  const back = await entriesBack(needs, connection, links);
  return new Set(
    links.filter(({ kind, entraId }) => {
      return !back.has(entraId) && deletionOf(rules, kind) !== 'keep';
    }),
  );
}
