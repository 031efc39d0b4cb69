import type { LaneWrite } from '../../ports/lanes.ts';
import { isDerivedRemoval } from '../../sync/derived-edge.ts';
import { type Edge, edgeName } from '../../sync/edge.ts';
import { stillDirty } from '../../sync/link.ts';
import type { ApplyNeeds } from '../lanes/apply.ts';
import { edgeWrite, type LanePlace } from '../lanes/lane-work.ts';
import { remind } from '../lanes/remind.ts';
import { confirmDerived } from '../nesting/confirm-derived.ts';
import { entraOf } from '../sides.ts';
import { askGroups, isUnshown, type Shown } from './ask-groups.ts';
import { binnedEnds } from './binned-ends.ts';
import { dropEdges } from './drop-edges.ts';
import { tellStanding } from './tell-standing.ts';

/** After so many looks that still found the member, the removal is taken for a replay. */
const DOUBTS = 3;
/** A group of which Entra tells nothing is asked for again after so long. */
const PUT_OFF_MILLISECONDS = 6 * 60 * 60_000;

/**
 * Takes memberships and managers away, each confirmed by what Entra shows of the group, or of the
 * user, now. What it still shows stays, and is looked at again: a contradiction is no decision.
 */
export async function removeEdges(
  needs: ApplyNeeds,
  place: LanePlace,
  edges: readonly Edge[],
): Promise<void> {
  if (edges.length === 0) return;
  const derived = await confirmDerived(needs, place, edges.filter(isDerivedRemoval));
  const asked = edges.filter((edge) => !isDerivedRemoval(edge));
  const shown = await stillThere(needs, place, asked);
  const found = new Set([...shown.found, ...derived.found]);
  const unknown = new Set([...shown.unknown, ...derived.unknown]);
  const contradicted = asked.filter((edge) => isContradicted(edge, shown));
  const binned = await binnedEnds(needs, place.connection, contradicted);
  const back = new Set(derived.back.map(({ edge }) => edgeName(edge)));
  const now = needs.clock.now();
  const unasked = edges.filter((edge) => unknown.has(edgeName(edge)));
  const doubtful = edges.filter((edge) => found.has(edgeName(edge)));
  const resting = contradicted.filter((edge) => binned.has(edgeName(edge)));
  const doubts = [
    ...doubtful.map((edge) => doubted(edge, now)),
    ...resting.flatMap((edge) => put(edge, 'resting', now)),
    ...unasked.flatMap((edge) => put(edge, 'doubted', now + PUT_OFF_MILLISECONDS)),
  ];
  const writes = [...derived.back, ...doubts];
  if (writes.length > 0) {
    await remind(needs, place.message, writes);
    await tellStanding(needs, place, writes);
    place.lane = await needs.lanes.commit(place.lane, writes);
  }
  const stays = new Set([...found, ...unknown, ...binned, ...back]);
  const proven = edges.filter((edge) => !stays.has(edgeName(edge)));
  place.lane = await dropEdges(needs, place, proven, true);
}

/** What Entra still showed before, and does not now: that proves nothing once an end lies in the bin. */
function isContradicted(edge: Edge, shown: Shown): boolean {
  return (edge.removal?.doubts ?? 0) > 0 && isUnshown(edgeName(edge), shown);
}

/** It waits, and that counts as no look. */
function put(edge: Edge, state: 'doubted' | 'resting', at: number): LaneWrite[] {
  return edge.removal
    ? [edgeWrite(edge, { ...edge, removal: { ...edge.removal, state, at } })]
    : [];
}

/**
 * Which of these edges Entra still shows.
 * @throws AppError of the side `entra` where it is out of reach as a whole
 */
export async function stillThere(
  needs: Pick<ApplyNeeds, 'directories'>,
  { connection }: Pick<LanePlace, 'connection'>,
  edges: readonly Edge[],
): Promise<Shown> {
  const members = edges.filter((edge) => edge.relation === 'member');
  const shown = await askGroups(
    needs,
    connection,
    members.map((edge) => ({ name: edgeName(edge), group: edge.holder, member: edge.member })),
  );
  const managed = edges.filter((edge) => edge.relation === 'manager');
  if (managed.length === 0) return shown;
  const holders = [...new Set(managed.map((edge) => edge.holder))];
  const managers = await entraOf(needs, connection).managers(holders);
  const found = [...managers].map(([holder, member]) => edgeName({ holder, member }));
  return { ...shown, found: new Set([...shown.found, ...found]) };
}

/** Looked at again after 1, 5 and 30 minutes; then Entra's word of now counts. */
function doubted(edge: Edge, now: number): LaneWrite {
  const doubts = (edge.removal?.doubts ?? 0) + 1;
  if (doubts > DOUBTS) {
    const direct = !isDerivedRemoval(edge);
    return edgeWrite(edge, { ...edge, wanted: true, direct, removal: null });
  }
  const before = { reason: 'contradicted' as const, attempts: doubts - 1, due: now, since: now };
  const { due } = stillDirty(doubts > 1 ? before : null, 'contradicted', { now });
  const { evidence = 'removed' as const, isFree = false } = edge.removal ?? {};
  const removal = { state: 'doubted' as const, at: due, doubts, evidence, isFree };
  return edgeWrite(edge, { ...edge, removal });
}
