import type { StoredConnection } from '../../ports/connections.ts';
import type { LaneWrite } from '../../ports/lanes.ts';
import type { Services } from '../../ports.ts';
import type { Edge } from '../../sync/edge.ts';
import type { EdgeKey } from '../../sync/messages.ts';

type Needs = Pick<Services, 'ties'>;

/**
 * Makes edges findable from their members, written before the edges themselves. Where Entra shows the
 * membership in the group itself the row says that the member is in that group. Other rows say nothing
 * of the kind: whoever writes one late, or removes it, does not change who is in which group.
 */
export async function writeReverse(
  { ties }: Needs,
  connectionId: string,
  edges: readonly Edge[],
): Promise<void> {
  const derived = edges.filter((edge) => !edge.direct);
  await ties.wait(
    connectionId,
    edges.filter((edge) => edge.direct),
  );
  if (derived.length > 0) await ties.pass(connectionId, derived);
}

/**
 * Makes edges findable that these writes note as given, before they are saved: in the middle of a full
 * run the application may have been found to hold what the run has yet to come to.
 */
export async function findable(
  needs: Needs,
  { id }: Pick<StoredConnection, 'id'>,
  writes: readonly LaneWrite[],
): Promise<void> {
  const met = writes.flatMap((write) =>
    'edge' in write && write.edge.applied && write.from?.applied === false ? [write.edge] : [],
  );
  if (met.length > 0) await writeReverse(needs, id, met);
}

/** Removes the rows by which edges were found that these writes have dropped; once they are saved. */
export async function forgetDropped(
  { ties }: Needs,
  connectionId: string,
  writes: readonly LaneWrite[],
): Promise<void> {
  const edges = writes.flatMap((write) => ('dropEdge' in write ? [write.dropEdge] : []));
  if (edges.length === 0) return;
  const derived = edges.filter(({ via }) => via !== null);
  await ties.forget(
    connectionId,
    edges.filter(({ direct, via }) => direct || via === null),
  );
  if (derived.length > 0) await ties.forgetPassed(connectionId, derived);
}

/**
 * Removes rows that name no edge. Who dies between writing such a row and its edge, or between dropping
 * an edge and forgetting it, leaves one behind; whoever follows it finds that out.
 */
export async function forgetStray(
  { ties }: Needs,
  connectionId: string,
  keys: readonly EdgeKey[],
): Promise<void> {
  if (keys.length === 0) return;
  await ties.forget(connectionId, keys);
  await ties.forgetPassed(connectionId, keys);
}
