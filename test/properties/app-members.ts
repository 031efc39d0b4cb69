import { isDeepStrictEqual } from 'node:util';
import type { Picks } from './tenant-events.ts';
import { CONNECTION, type World } from './world.ts';

/** What the application does about memberships. */
export const MEMBER_EVENTS = ['joinInApp', 'leaveInApp'] as const;
export type MemberEvent = (typeof MEMBER_EVENTS)[number];

/** A membership by Entra ids, and whether it is there since. */
interface Changed {
  readonly groupId: string;
  readonly memberId: string;
  readonly isThere: boolean;
}

/**
 * The application lets an entry of its join one of its groups, or leave it.
 * @returns the objects that they stand for; undefined where there is nothing to change
 */
export async function membersInApp(
  world: World,
  what: MemberEvent,
  { a, b }: Picks,
): Promise<Changed | undefined> {
  const connection = await world.outside.connections.get(CONNECTION);
  if (!connection) throw new Error('the connection is gone');
  const store = world.outside.directories.resources(connection);
  const groups = await live('group');
  const group = groups[a % Math.max(1, groups.length)];
  if (!group) return undefined;
  const candidates = [...(await live('user')), ...groups].filter(({ id }) => id !== group.id);
  const ids = candidates.map(({ id }) => id);
  const present = await store.membersAmong(group.id, ids);
  const isThere = what === 'joinInApp';
  const open = candidates.filter(({ id }) => present.has(id) !== isThere);
  const member = open[b % Math.max(1, open.length)];
  if (!member) return undefined;
  const change = { op: isThere ? ('add' as const) : ('remove' as const), ids: [member.id] };
  const changed = await store.changeMembers(group.id, [change], 'app');
  if (!changed) return undefined;
  const pair = `${group.externalId} > ${member.externalId}`;
  if (isThere) world.joinedInApp.add(pair);
  return { groupId: group.externalId, memberId: member.externalId, isThere };

  async function live(kind: 'user' | 'group') {
    const { resources } = await store.list(kind, undefined, 100);
    return resources.flatMap(({ id, resource: { externalId } }) => {
      const isLive = typeof externalId === 'string' && world.tenant.lifeOf(externalId) === 'live';
      return isLive ? [{ id, externalId }] : [];
    });
  }
}

const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

/** A user's manager by Entra ids; null = none. */
interface Managed {
  readonly userId: string;
  readonly managerId: string | null;
}

/**
 * The application gives one of its users a manager, or none.
 * @returns the objects that they stand for; undefined where there is nothing to change
 */
export async function managerInApp(world: World, { a, b }: Picks): Promise<Managed | undefined> {
  const connection = await world.outside.connections.get(CONNECTION);
  if (!connection) throw new Error('the connection is gone');
  const store = world.outside.directories.resources(connection);
  const { resources } = await store.list('user', undefined, 100);
  const users = resources.flatMap((stored) => {
    const { externalId } = stored.resource;
    const isLive = typeof externalId === 'string' && world.tenant.lifeOf(externalId) === 'live';
    return isLive ? [{ stored, externalId }] : [];
  });
  const user = users[a % Math.max(1, users.length)];
  if (!user) return undefined;
  const manager = b % 4 === 0 ? undefined : users[b % users.length];
  const { [ENTERPRISE]: before, ...others } = user.stored.resource;
  const managers = manager && { [ENTERPRISE]: { manager: { value: manager.stored.id } } };
  const next = { ...others, ...managers };
  if (isDeepStrictEqual(before, managers?.[ENTERPRISE])) return undefined;
  const written = await store.replace(user.stored, next, 'app');
  return written.ok
    ? { userId: user.externalId, managerId: manager?.externalId ?? null }
    : undefined;
}
