import type { LaneWrite } from '../../ports/lanes.ts';
import { type Edge, edgeName } from '../../sync/edge.ts';
import { isWish, settled, withdrawal } from '../../sync/edge-export.ts';
import { rulesOf, targetGroupOf } from '../../sync/rules/rules-of.ts';
import { applyEdges } from '../edges/apply-edges.ts';
import { reachesEntra } from '../edges/edge-ways.ts';
import { forgetDropped } from '../edges/write-reverse.ts';
import type { ApplyNeeds } from '../lanes/apply.ts';
import { edgeDrop, edgeWrite, type LanePlace } from '../lanes/lane-work.ts';
import { compareManagers } from './compare-managers.ts';
import { compareMembers } from './compare-members.ts';
import { compareTarget } from './compare-target.ts';

/** Members of the target group that are written at once. */
const MOST_TOGETHER = 1_000;
/** Nobody who gathers, or waits for the tenant's quota, does so for longer. */
const SOON_MILLISECONDS = 60_000;

/**
 * Compares memberships and managers anew that Entra refused. What cannot be compared now is no failure
 * any more: it is found again when both ends are in step.
 */
export async function retryRefused(
  needs: ApplyNeeds,
  place: LanePlace,
  edges: readonly Edge[],
): Promise<void> {
  const failed = edges.filter((edge) => edge.refused);
  if (failed.length === 0) return;
  const target = targetGroupOf(rulesOf(place.connection));
  const joining = failed.filter(({ holder }) => holder === target);
  await joinTarget(needs, place, joining);
  const others = failed.filter(({ holder }) => holder !== target);
  const refused = others.filter((edge) => reachesEntra(place.connection, edge));
  await compareRefused(needs, place, refused);
  await settleRest(needs, place, failed);
}

async function joinTarget(
  needs: ApplyNeeds,
  place: LanePlace,
  joining: readonly Edge[],
): Promise<void> {
  const [first] = joining;
  if (!first) return;
  const isGathering = joining.some(({ refused }) => refused?.reason === 'gathering');
  const others = isGathering ? await othersOf(needs, place, first.holder) : [];
  const users = [...joining.map(({ member }) => member), ...others];
  const joined = await compareTarget(needs, place, users);
  // The application may hold the group as well.
  place.lane = await applyEdges(needs, place, joined);
}

/**
 * Those who have come to the target group since, or wait for the tenant's quota: they need not wait to be
 * written together, and where they would, nobody goes ahead of them alone.
 */
async function othersOf(
  needs: ApplyNeeds,
  { lane }: LanePlace,
  target: string,
): Promise<readonly string[]> {
  const others: string[] = [];
  const until = needs.clock.now() + SOON_MILLISECONDS;
  for await (const { edges } of needs.lanes.due(lane, until)) {
    others.push(...edges.flatMap(({ holder, member }) => (holder === target ? [member] : [])));
    if (others.length >= MOST_TOGETHER) break;
  }
  return others;
}

async function compareRefused(needs: ApplyNeeds, place: LanePlace, refused: readonly Edge[]) {
  const members = refused.filter(({ relation }) => relation === 'member');
  const questions = members.map(({ holder, member, memberKind, wanted: removed }) => {
    return { holder, member, memberKind, removed };
  });
  if (questions.length > 0) await compareMembers(needs, place, questions, 'high');
  const managers = refused.filter(({ relation }) => relation === 'manager');
  if (managers.length === 0) return;
  const holders = [...new Set(managers.map(({ holder }) => holder))];
  const links = [...(await needs.lanes.links(place.lane, holders)).values()];
  await compareManagers(needs, place, links, { priority: 'high' });
}

async function settleRest(needs: ApplyNeeds, place: LanePlace, failed: readonly Edge[]) {
  const now = needs.clock.now();
  const before = new Map(failed.map((edge) => [edgeName(edge), edge.refused]));
  // What was refused once more may be due again by now: writing waits for the tenant's quota.
  const left = [...(await needs.lanes.edges(place.lane, failed)).values()].filter((edge) => {
    const { refused } = edge;
    return refused && refused.due <= now && refused.due === before.get(edgeName(edge))?.due;
  });
  if (left.length === 0) return;
  const writes = left.map((edge) => restOf(edge, now));
  place.lane = await needs.lanes.commit(place.lane, writes);
  await forgetDropped(needs, place.connection.id, writes);
}

/** A wish is found again; that the application took something away is known from here alone. */
function restOf(edge: Edge, now: number): LaneWrite {
  if (isWish(edge)) return edgeDrop(edge);
  const rests = edge.relation === 'member' && edge.wanted && edge.applied;
  const removal = { ...withdrawal(edge, 'application', now), state: 'resting' as const, at: now };
  return edgeWrite(edge, rests ? { ...settled(edge), removal } : settled(edge));
}
