import type { Pair } from '../../sync/derived-edge.ts';
import { laneOf } from '../../sync/lanes.ts';
import { flattens, holdersIn, passedOn } from '../../sync/rules/flattened.ts';
import { rulesOf } from '../../sync/rules/rules-of.ts';
import { sendPairs } from '../edges/send-pairs.ts';
import type { ApplyNeeds } from '../lanes/apply.ts';
import type { LanePlace } from '../lanes/lane-work.ts';
import { settleDerived } from './settle-derived.ts';

/** Pairs of many groups together: the rows of many members cost less than those of some at a time. */
const PAIRS_AT_ONCE = 5_000;

/**
 * In a run that judges everything: settles the memberships of the lane that stand by nested groups, and
 * passes on the members of its groups that are nested themselves. Nothing where the rules flatten none.
 */
export async function flattenLane(
  needs: ApplyNeeds,
  place: LanePlace,
  isOffline: boolean,
): Promise<void> {
  const { connection, message } = place;
  if (!flattens(rulesOf(connection))) return;
  for await (const edges of needs.lanes.memberships(place.lane, 'derived'))
    await settleDerived(needs, place, edges, isOffline);
  const { sets } = await needs.nesting.sets(connection.id);
  const own = [...holdersIn(sets).keys()].filter((group) => laneOf(group) === message.lane);
  let pairs: Pair[] = [];
  for (const group of own)
    for await (const edges of needs.lanes.edgesOf(place.lane, group)) {
      const direct = edges.filter((edge) => edge.direct);
      pairs.push(...passedOn(sets, direct));
      if (pairs.length < PAIRS_AT_ONCE) continue;
      await sendPairs(needs, message, pairs);
      pairs = [];
    }
  await sendPairs(needs, message, pairs);
}
