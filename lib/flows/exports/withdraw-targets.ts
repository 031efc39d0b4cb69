import { type Edge, edgeName } from '../../sync/edge.ts';
import type { ApplyNeeds } from '../lanes/apply.ts';
import { confirmLane } from '../lanes/confirm-lane.ts';
import { edgeMove, type LanePlace } from '../lanes/lane-work.ts';
import { entraWritesOf } from '../sides.ts';
import { barredTarget } from './barred-target.ts';
import { type Refused, tryEntra } from './try-entra.ts';
import { type EdgeWrite, goneFrom, refusedBy, saveWithdrawn } from './withdrawn-edge.ts';

/**
 * Takes users out of the target group who are exported no more; who is again stays, and so do all where
 * the group is none any more whose members can be written.
 */
export async function withdrawTargets(
  needs: ApplyNeeds,
  place: LanePlace,
  edges: readonly Edge[],
): Promise<void> {
  if (edges.length === 0) return;
  const { connection } = place;
  const now = needs.clock.now();
  const ties = await needs.ties.read(
    connection.id,
    edges.map(({ member }) => member),
  );
  const going = edges.filter(({ member }) => ties.get(member)?.state !== 'linked');
  const barred = await barredTarget(needs, place);
  const refusals = barred ? going.map(() => barred) : await takeOut(needs, place, going);
  const results = new Map(going.map((edge, at) => [edgeName(edge), refusals[at]]));
  const writes = edges.map((edge): EdgeWrite => {
    if (!going.includes(edge)) return edgeMove(edge, { ...edge, removal: null });
    const refused = results.get(edgeName(edge));
    return refused ? refusedBy(edge, refused, now) : goneFrom(edge, now);
  });
  await saveWithdrawn(needs, place, writes, now);
}

async function takeOut(
  needs: ApplyNeeds,
  { connection, lane }: LanePlace,
  going: readonly Edge[],
): Promise<readonly (Refused | undefined)[]> {
  if (going.length === 0) return [];
  await confirmLane(needs, lane);
  const pairs = going.map(({ holder, member }) => ({ groupId: holder, memberId: member }));
  const entra = entraWritesOf(needs, connection);
  return tryEntra(pairs, () => entra.removeMembers(pairs, 'high'));
}
