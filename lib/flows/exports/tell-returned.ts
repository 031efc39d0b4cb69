import type { StoredConnection } from '../../ports/connections.ts';
import type { Services } from '../../ports.ts';
import type { Link } from '../../sync/link.ts';
import { reachesEntra } from '../edges/edge-ways.ts';
import { tellWritten } from '../poll/tell-written.ts';
import { resourcesOf } from '../sides.ts';
import { type AppMembership, tellMembers } from './tell-members.ts';
import { tellTarget } from './tell-target.ts';

/**
 * Has the memberships and managers looked at that the application holds of entries which are tied to an
 * object since just now: what it wrote before could not be told to Entra.
 */
export async function tellReturned(
  needs: Pick<Services, 'bus' | 'clock' | 'directories'>,
  connection: StoredConnection,
  links: readonly Pick<Link, 'kind' | 'entraId' | 'appId'>[],
): Promise<void> {
  await tellTarget(needs, connection, links);
  if (reachesEntra(connection, { relation: 'manager' })) {
    const objects = links.flatMap(({ kind, entraId, appId }) =>
      kind === 'user' && appId !== null ? [{ kind, entraId, appId }] : [],
    );
    await tellWritten(needs, connection, { kind: 'written', objects });
  }
  if (!reachesEntra(connection, { relation: 'member' })) return;
  for (const { kind, appId } of links) {
    if (appId === null) continue;
    for await (const held of membershipsOf(needs, connection, { kind, appId }))
      await tellMembers(needs, connection, held);
  }
}

async function* membershipsOf(
  needs: Pick<Services, 'directories'>,
  connection: StoredConnection,
  { kind, appId }: Pick<Link, 'kind'> & { readonly appId: string },
): AsyncGenerator<AppMembership[]> {
  const app = resourcesOf(needs, connection);
  for await (const groups of app.groupsOf(appId))
    yield groups.map((groupId) => ({ groupId, memberId: appId, removed: false }));
  if (kind === 'user') return;
  for await (const members of app.members(appId))
    yield members.map(({ id }) => ({ groupId: appId, memberId: id, removed: false }));
}
