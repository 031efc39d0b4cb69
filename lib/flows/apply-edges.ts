import type { StoredConnection } from '../ports/connections.ts';
import type { Lane } from '../ports/lanes.ts';
import type { Services } from '../ports.ts';
import { type Edge, edgeName } from '../sync/edge.ts';
import type { LinkTie } from '../sync/link.ts';
import { rulesOf } from '../sync/rules/rules-of.ts';
import { giveMembers } from './give-members.ts';
import { edgeWrite } from './lane-work.ts';
import { appOf } from './sides.ts';

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
 * @param anew give it those too that it was given before: an end was made anew
 * @returns the lane to go on with
 */
export async function applyEdges(
  needs: Needs,
  place: { readonly connection: StoredConnection; readonly lane: Lane },
  edges: readonly Edge[],
  anew = false,
): Promise<Lane> {
  const wanted = new Map(
    edges
      .filter((edge) => edge.wanted && (anew || !edge.applied))
      .filter((edge) => reachesApp(place.connection, edge))
      .map((edge) => [edgeName(edge), edge]),
  );
  if (wanted.size === 0) return place.lane;
  const ids = [...wanted.values()].flatMap(({ holder, member }) => [holder, member]);
  const ties = await needs.ties.read(place.connection.id, [...new Set(ids)]);
  const ready = [...wanted.values()].flatMap((edge) => readyEdge(edge, ties));
  if (ready.length === 0) return place.lane;
  await give(needs, place.connection, ready);
  const given = ready.filter(({ edge }) => !edge.applied);
  if (given.length === 0) return place.lane;
  const writes = given.map(({ edge }) => ({
    ...edgeWrite(edge, { ...edge, applied: true }),
    ...(edge.relation === 'member' && {
      count: { 'memberships.created': 1 },
      totals: { memberships: 1 },
    }),
  }));
  return needs.lanes.commit(place.lane, writes);
}

/** Where a kind is not imported, neither are the memberships of groups, or the managers of users. */
export function reachesApp(connection: StoredConnection, { relation }: Edge): boolean {
  const { users, groups } = rulesOf(connection).settings;
  return relation === 'member' ? groups.import : users.import;
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
