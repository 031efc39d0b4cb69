import { type Edge, edgeName, isPending } from '../../sync/edge.ts';
import { applyEdges } from '../edges/apply-edges.ts';
import type { ApplyNeeds } from '../lanes/apply.ts';
import { confirmLane } from '../lanes/confirm-lane.ts';
import { edgeMove, type LanePlace } from '../lanes/lane-work.ts';
import { entraWritesOf } from '../sides.ts';
import { barredBy } from './export-members.ts';
import { type MemberFacts, memberFacts, withEntries } from './member-facts.ts';
import { type Refused, tryEntra } from './try-entra.ts';
import { type EdgeWrite, goneFrom, refusedBy, saveWithdrawn } from './withdrawn-edge.ts';

/**
 * Takes memberships away in Entra that the application has taken away, if it still lacks them and both
 * ends are in step. What Entra does not take stands on the edge, and is tried again.
 */
export async function withdrawMembers(
  needs: ApplyNeeds,
  place: LanePlace,
  edges: readonly Edge[],
): Promise<void> {
  if (edges.length === 0) return;
  const { connection } = place;
  const now = needs.clock.now();
  const facts = await memberFacts(
    needs,
    place,
    edges.map(({ holder, member, memberKind }) => ({ holder, member, memberKind, removed: true })),
  );
  const lacking = await withEntries(
    needs,
    connection,
    facts.filter(({ holds }) => !holds),
  );
  const going = lacking.filter(({ isInStep, link }) => {
    return isInStep && !barredBy(link);
  });
  const refusals = await takeAway(needs, place, going);
  const byName = new Map(lacking.map((one) => [edgeName(one.question), one]));
  const results = new Map(going.map((one, at) => [edgeName(one.question), refusals[at]]));
  const writes = edges.map((edge) => fateOf(edge, byName.get(edgeName(edge)), { results, now }));
  await saveWithdrawn(needs, place, writes, now);
  const left = writes.flatMap(({ edge }) => (isPending(edge) ? [edge] : []));
  place.lane = await applyEdges(needs, place, left);
}

/** What the application holds again, or has no entries of any more, is nobody's wish. */
function fateOf(
  edge: Edge,
  facts: MemberFacts | undefined,
  { results, now }: { results: ReadonlyMap<string, Refused | undefined>; now: number },
): EdgeWrite {
  const { removal } = edge;
  if (!facts || !removal) return edgeMove(edge, { ...edge, removal: null });
  if (!facts.isInStep)
    return edgeMove(edge, { ...edge, removal: { ...removal, state: 'resting' } });
  const refused = barredBy(facts.link) ?? results.get(edgeName(edge));
  return refused ? refusedBy(edge, refused, now) : goneFrom(edge, now);
}

async function takeAway(
  needs: ApplyNeeds,
  place: LanePlace,
  going: readonly MemberFacts[],
): Promise<readonly (Refused | undefined)[]> {
  if (going.length === 0) return [];
  await confirmLane(needs, place.lane);
  const pairs = going.map(({ question: { holder, member } }) => {
    return { groupId: holder, memberId: member };
  });
  const entra = entraWritesOf(needs, place.connection);
  return tryEntra(pairs, () => entra.removeMembers(pairs, 'high'));
}
