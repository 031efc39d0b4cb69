import type { StoredConnection } from '../ports/connections.ts';
import type { Services } from '../ports.ts';
import type { Link } from '../sync/link.ts';
import { reachesEntra } from './edge-ways.ts';
import { resourcesOf } from './sides.ts';
import { type AppMembership, tellMembers } from './tell-members.ts';

/**
 * Has the memberships looked at that the application holds of entries which are tied to an object since
 * just now: what it added before could not be told to Entra.
 */
export async function tellReturned(
  needs: Pick<Services, 'bus' | 'clock' | 'directories'>,
  connection: StoredConnection,
  links: readonly Pick<Link, 'kind' | 'appId'>[],
): Promise<void> {
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
