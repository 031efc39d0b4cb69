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
  needs: Pick<Services, 'bus' | 'clock' | 'directories' | 'ties'>,
  connection: StoredConnection,
  links: readonly Pick<Link, 'kind' | 'entraId' | 'appId'>[],
): Promise<void> {
  await tellTarget(needs, connection, links);
  await tellManagers(needs, connection, links);
  if (!reachesEntra(connection, { relation: 'member' })) return;
  for (const { kind, appId } of links) {
    if (appId === null) continue;
    for await (const held of membershipsOf(needs, connection, { kind, appId }))
      await tellMembers(needs, connection, held);
  }
}

/** Their own managers may be linked already; and others may wait for them. */
async function tellManagers(
  needs: Pick<Services, 'bus' | 'clock' | 'ties'>,
  connection: StoredConnection,
  links: readonly Pick<Link, 'kind' | 'entraId' | 'appId'>[],
): Promise<void> {
  if (!reachesEntra(connection, { relation: 'manager' })) return;
  const users = links.flatMap(({ kind, entraId, appId }) =>
    kind === 'user' && appId !== null ? [{ kind, entraId, appId }] : [],
  );
  const reports = await needs.ties.reportsOf(
    connection.id,
    users.map(({ appId }) => appId),
  );
  const waiting = reports.map(({ entraId, appId }) => ({ kind: 'user' as const, entraId, appId }));
  const objects = [...new Map([...users, ...waiting].map((one) => [one.entraId, one])).values()];
  await tellWritten(needs, connection, { kind: 'written', objects });
  await needs.ties.forgetReports(connection.id, reports);
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
