import type { StoredConnection } from '../../ports/connections.ts';
import type { Lane, LaneWrite } from '../../ports/lanes.ts';
import type { Services } from '../../ports.ts';
import { type Edge, edgeName } from '../../sync/edge.ts';
import { isWithdrawal } from '../../sync/edge-export.ts';
import type { LinkTie } from '../../sync/link.ts';
import { edgeMove, edgeRelease, edgeWrite } from '../lanes/lane-work.ts';
import { appOf } from '../sides.ts';
import { isRemovable, reachesApp } from './edge-ways.ts';
import { giveMembers } from './give-members.ts';

type Needs = Pick<Services, 'lanes' | 'ties' | 'directories'>;

/** An edge with the application's ids of both its ends. */
interface ReadyEdge {
  readonly edge: Edge;
  readonly holderId: string;
  readonly memberId: string;
}

/**
 * Gives the application those of a lane's wanted edges whose both ends it holds; the others stay
 * pending until an end comes or returns. May be repeated.
 * @param anew give it those too that it was given before: an end was made anew. Where the other end is
 *   not there now, it lacks them from here on
 * @returns the lane to go on with
 */
export async function applyEdges(
  needs: Needs,
  place: { readonly connection: StoredConnection; readonly lane: Lane },
  edges: readonly Edge[],
  anew = false,
): Promise<Lane> {
  const { connection, lane } = place;
  const looked = new Map(
    edges
      .filter((edge) => isToBeGiven(connection, edge, anew) || isToBeWoken(connection, edge))
      .map((edge) => [edgeName(edge), edge]),
  );
  if (looked.size === 0) return lane;
  const ids = [...looked.values()].flatMap(({ holder, member }) => [holder, member]);
  const ties = await needs.ties.read(connection.id, [...new Set(ids)]);
  const both = [...looked.values()].flatMap((edge) => readyEdge(edge, ties));
  const ready = both.filter(({ edge }) => isToBeGiven(connection, edge, anew));
  if (ready.length > 0) await give(needs, connection, ready);
  const writes = [
    ...ready.filter(({ edge }) => !edge.applied).map(given),
    ...(anew ? lacking(connection, [...looked.values()], both) : []),
    ...wokenRemovals(connection, [...looked.values()], both),
  ];
  return writes.length === 0 ? lane : needs.lanes.commit(lane, writes);
}

function isToBeGiven(connection: StoredConnection, edge: Edge, anew: boolean): boolean {
  const isLacking = !edge.applied || (anew && !isWithdrawal(edge));
  return edge.wanted && isLacking && reachesApp(connection, edge);
}

function isToBeWoken(connection: StoredConnection, edge: Edge): boolean {
  return edge.removal?.state === 'resting' && isRemovable(connection, edge);
}

/** What rests is decided on when its direction is on; in Entra, when both ends are in step. */
function wokenRemovals(
  connection: StoredConnection,
  edges: readonly Edge[],
  both: readonly ReadyEdge[],
): LaneWrite[] {
  const inStep = new Set(both.map(({ edge }) => edge));
  return edges.flatMap((edge): LaneWrite[] => {
    const { removal } = edge;
    const isWoken = isToBeWoken(connection, edge) && (!isWithdrawal(edge) || inStep.has(edge));
    if (!removal || !isWoken) return [];
    return [edgeWrite(edge, { ...edge, removal: { ...removal, state: 'waiting' } })];
  });
}

/** Those of an entry made anew that cannot be given now: they are, when their other end is back. */
function lacking(
  connection: StoredConnection,
  edges: readonly Edge[],
  both: readonly ReadyEdge[],
): LaneWrite[] {
  const inStep = new Set(both.map(({ edge }) => edge));
  const lost = edges.filter((edge) => edge.applied && !inStep.has(edge));
  return lost.filter((edge) => isToBeGiven(connection, edge, true)).map(edgeRelease);
}

function given({ edge }: ReadyEdge): LaneWrite {
  const { mayBeHeld: _, ...known } = edge;
  const next = edgeMove(edge, { ...known, applied: true });
  return edge.relation === 'member' ? { ...next, count: { 'memberships.created': 1 } } : next;
}

function readyEdge(edge: Edge, ties: ReadonlyMap<string, LinkTie>): ReadyEdge[] {
  const holder = ties.get(edge.holder);
  const member = ties.get(edge.member);
  const isReady = holder?.state === 'linked' && member?.state === 'linked';
  if (!isReady || holder.appId === null || member.appId === null) return [];
  return [{ edge, holderId: holder.appId, memberId: member.appId }];
}

async function give(needs: Needs, connection: StoredConnection, ready: readonly ReadyEdge[]) {
  const app = appOf(needs, connection);
  const members = ready.filter(({ edge }) => edge.relation === 'member');
  const managers = ready.filter(({ edge }) => edge.relation === 'manager');
  if (members.length > 0) {
    await giveMembers(
      app,
      connection,
      members.map(({ edge, holderId, memberId }) => ({
        groupId: holderId,
        memberId,
        memberKind: edge.memberKind,
      })),
    );
  }
  if (managers.length > 0) {
    await app.setManagers(
      managers.map(({ holderId, memberId }) => ({ userId: holderId, managerId: memberId })),
    );
  }
}
