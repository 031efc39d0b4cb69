import { whyGroupStays } from '../../sync/group-nature.ts';
import { rulesOf, targetGroupOf } from '../../sync/rules/rules-of.ts';
import type { ApplyNeeds } from '../lanes/apply.ts';
import type { LanePlace } from '../lanes/lane-work.ts';
import type { Refused } from './try-entra.ts';

/**
 * Why the members of the target group are not written by now, without asking Graph: undefined where they
 * are. It was such a group when the rules named it.
 */
export async function barredTarget(
  { lanes }: Pick<ApplyNeeds, 'lanes'>,
  { connection, lane }: Pick<LanePlace, 'connection' | 'lane'>,
): Promise<Refused | undefined> {
  const target = targetGroupOf(rulesOf(connection));
  if (target === undefined) return undefined;
  const link = (await lanes.links(lane, [target])).get(target);
  const detail = link && whyGroupStays(link.seen.properties);
  return detail === undefined ? undefined : { reason: 'entra-read-only', detail };
}
