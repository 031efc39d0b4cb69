import type { StoredConnection } from '../../ports/connections.ts';
import type { Lane, LaneWrite } from '../../ports/lanes.ts';
import type { Services } from '../../ports.ts';
import { type Edge, edgeLoss } from '../../sync/edge.ts';
import type { LinkTie } from '../../sync/link.ts';
import { confirmLane } from '../lanes/confirm-lane.ts';
import { edgeDrop } from '../lanes/lane-work.ts';
import { appOf } from '../sides.ts';
import { forgetDropped } from './write-reverse.ts';

type Needs = Pick<Services, 'lanes' | 'ties' | 'directories'>;

/**
 * Takes edges that are over away from the application, then from the lane, then their reverse rows.
 * A manager is only cleared where no other has taken the place.
 * @param count whether they count as removals of the run
 * @returns the lane to go on with
 */
export async function dropEdges(
  needs: Needs,
  place: { readonly connection: StoredConnection; readonly lane: Lane },
  edges: readonly Edge[],
  count: boolean,
): Promise<Lane> {
  if (edges.length === 0) return place.lane;
  const applied = edges.filter((edge) => edge.applied);
  const ids = applied.flatMap((edge) => [edge.holder, edge.member]);
  const ties = await needs.ties.read(place.connection.id, [...new Set(ids)]);
  // Another worker may have taken over, and given again what this one is about to take.
  if (applied.length > 0) await confirmLane(needs, place.lane);
  const app = appOf(needs, place.connection);
  const members = applied.filter((edge) => edge.relation === 'member');
  await app.removeMembers(members.flatMap((edge) => pairOf(edge, ties)));
  const managers = applied.filter((edge) => edge.relation === 'manager');
  const cleared = await withoutSuccessor(needs, place.lane, managers);
  const users = cleared.flatMap((edge) => ties.get(edge.holder)?.appId ?? []);
  await app.setManagers(users.map((userId) => ({ userId, managerId: null })));
  const writes = edges.map((edge): LaneWrite => {
    const counts = count && edge.applied && edge.relation === 'member';
    const isApproved = edge.removal?.state === 'approved';
    const done = count && !isApproved ? edgeLoss(edge) : undefined;
    return { ...edgeDrop(edge), done, ...(counts && { count: { 'memberships.deleted': 1 } }) };
  });
  const lane = await needs.lanes.commit(place.lane, writes);
  await forgetDropped(needs, place.connection.id, writes);
  return lane;
}

function pairOf(edge: Edge, ties: ReadonlyMap<string, LinkTie>) {
  const groupId = ties.get(edge.holder)?.appId;
  const memberId = ties.get(edge.member)?.appId;
  return groupId && memberId ? [{ groupId, memberId, memberKind: edge.memberKind }] : [];
}

/** Manager edges whose user has no other manager that the application holds already. */
async function withoutSuccessor(
  needs: Needs,
  lane: Lane,
  managers: readonly Edge[],
): Promise<Edge[]> {
  const alone: Edge[] = [];
  for (const edge of managers) {
    const own: Edge[] = [];
    for await (const page of needs.lanes.edgesOf(lane, edge.holder)) own.push(...page);
    const hasOther = own.some(
      (other) => other.member !== edge.member && other.wanted && other.applied,
    );
    if (!hasOther) alone.push(edge);
  }
  return alone;
}
