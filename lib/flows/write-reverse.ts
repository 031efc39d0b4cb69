import type { Services } from '../ports.ts';
import type { Edge } from '../sync/edge.ts';

/**
 * Makes edges findable from their members, written before the edges themselves. Only where Entra shows
 * the membership in the group itself does its row say that the member is in that group.
 */
export async function writeReverse(
  { ties }: Pick<Services, 'ties'>,
  connectionId: string,
  edges: readonly Edge[],
): Promise<void> {
  const [direct, derived] = [edges.filter(isDirect), edges.filter((edge) => !isDirect(edge))];
  await ties.wait(connectionId, direct);
  if (derived.length > 0) await ties.unwant(connectionId, derived);
}

function isDirect({ direct }: Edge): boolean {
  return direct;
}
