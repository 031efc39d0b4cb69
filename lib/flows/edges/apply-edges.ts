import type { StoredConnection } from '../../ports/connections.ts';
import type { Lane, LaneWrite } from '../../ports/lanes.ts';
import type { Services } from '../../ports.ts';
import { type Edge, edgeName, isPending } from '../../sync/edge.ts';
import { isWithdrawal } from '../../sync/edge-export.ts';
import type { LinkTie } from '../../sync/link.ts';
import { edgeDrop, edgeMove, edgeRelease, edgeWrite } from '../lanes/lane-work.ts';
import { appOf } from '../sides.ts';
import { isRemovable, reachesApp } from './edge-ways.ts';
import { giveMembers } from './give-members.ts';
import { forgetDropped } from './write-reverse.ts';

type Needs = Pick<Services, 'lanes' | 'ties' | 'directories'>;

/** An edge with the application's ids of both its ends. */
interface ReadyEdge {
  readonly edge: Edge;
  readonly holderId: string;
  readonly memberId: string;
}

/**
 * Gives the application those of a lane's wanted edges whose both ends it holds; the others stay
 * pending until an end comes or returns. Those of which an end is gone for good are dropped. May be
 * repeated.
 * @param anew give it those too that it was given before, and that are not decided against: an end was
 *   made anew. Where the other end is not there now, it lacks them from here on
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
  const all = [...looked.values()];
  const ids = all.flatMap(({ holder, member }) => [holder, member]);
  const ties = await needs.ties.read(connection.id, [...new Set(ids)]);
  const both = all.flatMap((edge) => readyEdge(edge, ties));
  const inStep = new Set(both.map(({ edge }) => edge));
  const ready = both.filter(({ edge }) => isToBeGiven(connection, edge, anew));
  if (ready.length > 0) await give(needs, connection, ready, anew);
  // Of an entry made anew what cannot be given now is given when its other end is back, unless Entra has
  // ended it.
  const isLost = (edge: Edge) =>
    anew && edge.applied && !inStep.has(edge) && isToBeGiven(connection, edge, anew);
  const over = all.filter((edge) => isPending(edge) && isOver(edge, ties));
  const left = all.filter((edge) => !isLost(edge));
  const writes = [
    ...over.map(edgeDrop),
    ...ready.filter(({ edge }) => !edge.applied).map(given),
    ...all.filter(isLost).map(edgeRelease),
    ...wokenRemovals(connection, left, inStep),
  ];
  if (writes.length === 0) return lane;
  const saved = await needs.lanes.commit(lane, writes);
  await forgetDropped(needs, connection.id, writes);
  return saved;
}

function isToBeGiven(connection: StoredConnection, edge: Edge, anew: boolean): boolean {
  return (isPending(edge) || (anew && isKept(edge))) && reachesApp(connection, edge);
}

/**
 * Whether the application is to hold what it was given, until that is decided otherwise: of what Entra has
 * ended that may come to nothing. Of managers it holds one only, perhaps another by then.
 */
function isKept(edge: Edge): boolean {
  const isOpen = edge.wanted || edge.relation === 'member';
  return edge.applied && isOpen && !isWithdrawal(edge);
}

function isToBeWoken(connection: StoredConnection, edge: Edge): boolean {
  return edge.removal?.state === 'resting' && isRemovable(connection, edge);
}

/** What rests is decided on when its direction is on; in Entra, when both ends are in step. */
function wokenRemovals(
  connection: StoredConnection,
  edges: readonly Edge[],
  inStep: ReadonlySet<Edge>,
): LaneWrite[] {
  return edges.flatMap((edge): LaneWrite[] => {
    const { removal } = edge;
    const isWoken = isToBeWoken(connection, edge) && (!isWithdrawal(edge) || inStep.has(edge));
    if (!removal || !isWoken) return [];
    return [edgeWrite(edge, { ...edge, removal: { ...removal, state: 'waiting' } })];
  });
}

/** A page that repeats itself may name who was purged since. */
function isOver({ holder, member }: Edge, ties: ReadonlyMap<string, LinkTie>): boolean {
  return [holder, member].some((end) => ties.get(end)?.state === 'gone');
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

async function give(
  needs: Needs,
  connection: StoredConnection,
  ready: readonly ReadyEdge[],
  anew: boolean,
) {
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
      anew,
    );
  }
  if (managers.length > 0) {
    await app.setManagers(
      managers.map(({ holderId, memberId }) => ({ userId: holderId, managerId: memberId })),
    );
  }
}
