import type { StoredConnection } from '../../ports/connections.ts';
import type { Services } from '../../ports.ts';
import { type Edge, edgeName } from '../../sync/edge.ts';
import { findAlive } from '../lanes/find-alive.ts';

/**
 * Which of these edges have an end that is not found by its id. Who lies in the bin keeps all memberships
 * until the purge, and is shown nowhere: that Entra does not show such an edge says nothing of it.
 * @returns the edges' names
 * @throws AppError of the side `entra` where it is out of reach
 */
export async function binnedEnds(
  needs: Pick<Services, 'directories'>,
  connection: StoredConnection,
  edges: readonly Edge[],
): Promise<ReadonlySet<string>> {
  if (edges.length === 0) return new Set();
  const ends = edges.flatMap(({ relation, holder, member, memberKind }) => [
    { kind: relation === 'manager' ? ('user' as const) : ('group' as const), id: holder },
    { kind: memberKind, id: member },
  ]);
  const alive = await findAlive(needs, connection, ends);
  const binned = edges.filter(({ holder, member }) => !(alive.has(holder) && alive.has(member)));
  return new Set(binned.map(edgeName));
}
