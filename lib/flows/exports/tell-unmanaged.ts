import type { StoredConnection } from '../../ports/connections.ts';
import type { LaneWrite } from '../../ports/lanes.ts';
import type { Services } from '../../ports.ts';
import { type Edge, isPending } from '../../sync/edge.ts';
import { reachesEntra } from '../edges/edge-ways.ts';
import { tellWritten } from '../poll/tell-written.ts';

/**
 * Has managers compared once more of users whom Entra's manager leaves while the application does not
 * hold that one: what the application has set instead could not be written as long as it stood. Sent
 * before the edges are dropped: a look too many does no harm.
 */
export async function tellUnmanaged(
  needs: Pick<Services, 'bus' | 'clock' | 'ties'>,
  connection: StoredConnection,
  writes: readonly LaneWrite[],
): Promise<void> {
  if (!reachesEntra(connection, { relation: 'manager' })) return;
  const managed = new Set(
    writes.flatMap((write) => ('edge' in write && write.edge.wanted ? [write.edge.holder] : [])),
  );
  const left = writes.flatMap((write) =>
    'dropEdge' in write && isUnmet(write.dropEdge) ? [write.dropEdge.holder] : [],
  );
  const users = [...new Set(left)].filter((user) => !managed.has(user));
  if (users.length === 0) return;
  const ties = await needs.ties.read(connection.id, users);
  const objects = [...ties.values()].flatMap(({ kind, entraId, appId }) =>
    appId === null ? [] : [{ kind, entraId, appId }],
  );
  await tellWritten(needs, connection, { kind: 'written', objects });
}

function isUnmet(edge: Edge): boolean {
  return edge.relation === 'manager' && isPending(edge);
}
