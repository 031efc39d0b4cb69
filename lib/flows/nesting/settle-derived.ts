import { foldVia, isDerivedRemoval, type Pair } from '../../sync/derived-edge.ts';
import { type Edge, edgeName, isPending } from '../../sync/edge.ts';
import type { LaneEnvelope } from '../../sync/messages.ts';
import { rulesOf } from '../../sync/rules/rules-of.ts';
import { isEnded } from '../../sync/run.ts';
import { applyEdges } from '../edges/apply-edges.ts';
import { isImported } from '../edges/tell-standing.ts';
import { forgetDropped, writeReverse } from '../edges/write-reverse.ts';
import type { ApplyNeeds } from '../lanes/apply.ts';
import { edgeDrop, edgeWrite, type LanePlace } from '../lanes/lane-work.ts';
import { askForDecision } from '../removals/ask-for-decision.ts';
import { findVias } from './find-vias.ts';

/** An edge as stored (undefined where there is none) and as it is to be (null where it is dropped). */
interface Settled {
  readonly from: Edge | undefined;
  readonly edge: Edge | null | undefined;
}

/**
 * Decides for pairs of groups of this lane and others whether these count as members, because a nested
 * group has them: from rows alone. Who counts no more is a removal, which waits for a decision. May be
 * repeated.
 */
export async function settleDerived(
  needs: ApplyNeeds,
  place: LanePlace,
  pairs: readonly Pair[],
  isOffline: boolean,
): Promise<void> {
  if (pairs.length === 0) return;
  const { connection, message } = place;
  const settled = await withoutKept(needs, place, await foldPairs(needs, place, pairs));
  const edges = settled.flatMap(({ edge }) => edge ?? []);
  const created = settled.flatMap(({ from, edge }) => (edge && !from ? [edge] : []));
  const dropped = settled.flatMap(({ from, edge }) => (from && edge === null ? [from] : []));
  const pending = edges.filter(isPending);
  const writes = [
    ...settled.flatMap(({ from, edge }) => (edge && edge !== from ? [edgeWrite(from, edge)] : [])),
    ...dropped.map(edgeDrop),
  ];
  await writeReverse(needs, connection.id, created);
  const owed = isOffline && pending.length > 0;
  if (writes.length > 0 || owed)
    place.lane = await needs.lanes.commit(place.lane, writes, owed ? { owed } : {});
  await forgetDropped(needs, connection.id, writes);
  if (!isOffline) place.lane = await applyEdges(needs, place, pending);
  const isUndecided = (edge: Edge) => isDerivedRemoval(edge) && edge.removal?.state === 'waiting';
  if (!edges.some(isUndecided) || (await isOfOpenRun(needs, message))) return;
  await askForDecision(needs, connection.id, 1 << message.lane);
}

/** Whether the lane has yet to report to the message's run what waits in it. */
async function isOfOpenRun(
  { checkpoints }: Pick<ApplyNeeds, 'checkpoints'>,
  { connectionId, runId }: LaneEnvelope,
): Promise<boolean> {
  const { run } = await checkpoints.load(connectionId);
  if (run?.id !== runId || isEnded(run)) return false;
  return run.phase !== 'wakes' && run.phase !== 'removals';
}

async function foldPairs(
  needs: ApplyNeeds,
  { connection, message, lane }: LanePlace,
  pairs: readonly Pair[],
): Promise<readonly Settled[]> {
  const findVia = await findVias(needs, connection, pairs);
  const stored = await needs.lanes.edges(lane, pairs);
  const at = { runId: message.runId, now: needs.clock.now() };
  const unique = new Map(pairs.map((pair) => [edgeName(pair), pair]));
  return [...unique].map(([name, pair]) => {
    const from = stored.get(name);
    return { from, edge: foldVia(from, findVia(pair), { ...at, pair }) };
  });
}

/**
 * A group that takes no part itself any more keeps what it has, until it leaves with all of it. And who
 * has left the application took the memberships along: those are no loss of their own.
 */
async function withoutKept(
  needs: ApplyNeeds,
  { connection, lane }: LanePlace,
  settled: readonly Settled[],
): Promise<readonly Settled[]> {
  const lost = settled.flatMap(({ from, edge }) =>
    edge && edge !== from && isDerivedRemoval(edge) ? [edge] : [],
  );
  if (lost.length === 0) return settled;
  const links = await needs.lanes.links(lane, [...new Set(lost.map(({ holder }) => holder))]);
  const rules = rulesOf(connection);
  const isHolder = (group: string) => {
    const link = links.get(group);
    return link !== undefined && !link.seen.removed && isImported(link, rules);
  };
  const members = [...new Set(lost.map(({ member }) => member))];
  const ties = await needs.ties.read(connection.id, members);
  const losing = new Set(lost);
  return settled.map((one) => {
    const { from, edge } = one;
    if (!edge?.removal || !losing.has(edge)) return one;
    if (!isHolder(edge.holder)) return { from, edge: from };
    const isFree = ties.get(edge.member)?.state !== 'linked';
    return { from, edge: { ...edge, removal: { ...edge.removal, isFree } } };
  });
}
