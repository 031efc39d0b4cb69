import type { MemberItem } from '../../lib/sync/entry.ts';
import type { FakeTenant } from './fake-tenant.ts';
import { groupItem, removedItem, userItem } from './tenant-items.ts';
import type { Life, TenantGroup, TenantUser } from './tenant-view.ts';

/** Which of those that fit are meant; larger numbers begin again at the first. */
export interface Picks {
  readonly a: number;
  readonly b: number;
}

type Happening = (tenant: FakeTenant, picks: Picks) => void;

/** What can happen in a tenant. Where nothing fits, nothing happens. */
export const TENANT_EVENTS = {
  addUser: (tenant) => void tenant.addUser(),
  addGroup: (tenant) => void tenant.addGroup(),
  rename: onUser('live', (tenant, user, { b }) => {
    user.displayName += 'x';
    const partly = { ...userItem(user), properties: { displayName: user.displayName } };
    tenant.say(b % 2 ? partly : userItem(user));
  }),
  retitle: onUser('live', (tenant, user, { b }) => {
    user.title = b % 3 ? `title ${b}` : null;
    tenant.say({ ...userItem(user), properties: { jobTitle: user.title } });
  }),
  enableOrDisable: onUser('live', (tenant, user) => {
    user.enabled = !user.enabled;
    tenant.say(userItem(user));
  }),
  /** A name goes from one user to another, who may be heard of first. */
  handOverName: onUser('live', (tenant, user, { b }) => {
    const heir = pick(users(tenant, 'live'), b);
    // The name of an entry that is not tied yet would be claimed by both sides, for ever.
    if (!heir || heir === user || user.marker) return;
    heir.userName = user.userName;
    user.userName = tenant.newUserName();
    tenant.say(userItem(user));
    tenant.say(userItem(heir));
  }),
  setManager: onUser('live', (tenant, user, { b }) => {
    user.manager = b % 4 ? (pick(users(tenant, 'live'), b)?.id ?? null) : null;
    tenant.say({ ...userItem(user), manager: user.manager });
  }),
  deleteUser: onUser('live', (tenant, user, { b }) => {
    user.life = 'soft';
    for (let times = 0; times <= b % 2; times += 1) tenant.say(removedItem(user, 'user'));
  }),
  restoreUser: onUser('soft', (tenant, user) => {
    // A name that somebody else has by now stands in the way.
    if (tenant.isNamed(user.userName)) return;
    user.life = 'live';
    tenant.say(userItem(user, tenant.untold.delete(user.id)));
    tenant.sayHidden(user.id);
  }),
  purgeUser: onUser('soft', (tenant, user, { b }) => {
    user.life = 'purged';
    leaveGroups(tenant, user.id, b % 2 === 1);
    for (const other of tenant.users.values()) if (other.manager === user.id) other.manager = null;
    for (let times = 0; times <= b % 2; times += 1) tenant.say(removedItem(user, 'user'));
  }),
  addMembers: onGroup('live', (tenant, group, { a, b }) => {
    const others = groups(tenant, 'live').filter((other) => other !== group);
    const candidates = [...users(tenant, 'live'), ...others];
    for (let n = 0; n <= a % 3; n += 1) {
      const member = pick(candidates, b + n * 7)?.id;
      if (member === undefined) continue;
      group.members.add(member);
      tenant.say({ ...groupItem(group), members: [word(tenant, member, false)] });
    }
  }),
  removeMember: onGroup('live', (tenant, group, { b }) => {
    // Who is in the bin cannot be taken out of a group.
    const members = [...group.members].filter((id) => tenant.lifeOf(id) === 'live');
    const member = pick(members, b);
    if (member !== undefined) leave(tenant, group, { member, isSaid: true });
  }),
  renameGroup: onGroup('live', (tenant, group) => {
    group.displayName += 'x';
    tenant.say(groupItem(group));
  }),
  deleteGroup: onGroup('live', (tenant, group) => {
    group.life = 'soft';
    tenant.say(removedItem(group, 'group'));
  }),
  restoreGroup: onGroup('soft', (tenant, group) => {
    group.life = 'live';
    // Its members are known already, unless nobody has heard of them yet.
    const isUntold = tenant.untold.delete(group.id);
    for (const item of isUntold ? tenant.groupInSlices(group) : [groupItem(group)])
      tenant.say(item);
  }),
  purgeGroup: onGroup('soft', (tenant, group, { b }) => {
    group.life = 'purged';
    leaveGroups(tenant, group.id, b % 2 === 1);
    tenant.say(removedItem(group, 'group'));
  }),
  /** An old item of a removed user comes once more; of one who was never shown, there is none. */
  replayUser: onUser('soft', (tenant, user) => {
    if (tenant.wasShown.has(user.id) && !tenant.untold.has(user.id)) tenant.say(userItem(user));
  }),
  /** An old removal of a restored user comes once more. */
  replayRemoval: onUser('live', (tenant, user) =>
    tenant.say({ ...removedItem(user, 'user'), removed: 'changed' }),
  ),
  expireLinks: (tenant) => tenant.expireLinks(),
  refuse: (tenant, { a }) => {
    tenant.troubles.refusals = 1 + (a % 3);
  },
} satisfies Record<string, Happening>;

export type TenantEvent = keyof typeof TENANT_EVENTS;

function users(tenant: FakeTenant, life: Life): TenantUser[] {
  return [...tenant.users.values()].filter((user) => user.life === life);
}

function groups(tenant: FakeTenant, life: Life): TenantGroup[] {
  return [...tenant.groups.values()].filter((group) => group.life === life);
}

function pick<T>(from: readonly T[], which: number): T | undefined {
  return from[which % from.length];
}

function onUser(
  life: Life,
  change: (tenant: FakeTenant, user: TenantUser, picks: Picks) => void,
): Happening {
  return (tenant, picks) => {
    const user = pick(users(tenant, life), picks.a);
    if (user) change(tenant, user, picks);
  };
}

function onGroup(
  life: Life,
  change: (tenant: FakeTenant, group: TenantGroup, picks: Picks) => void,
): Happening {
  return (tenant, picks) => {
    const group = pick(groups(tenant, life), picks.a);
    if (group) change(tenant, group, picks);
  };
}

function word(tenant: FakeTenant, id: string, removed: boolean): MemberItem {
  return { id, kind: tenant.kindOf(id), removed };
}

function leaveGroups(tenant: FakeTenant, member: string, isSaid: boolean): void {
  for (const group of tenant.groups.values())
    if (group.members.has(member)) leave(tenant, group, { member, isSaid });
}

function leave(
  tenant: FakeTenant,
  group: TenantGroup,
  { member, isSaid }: { member: string; isSaid: boolean },
): void {
  group.members.delete(member);
  group.formerMembers.add(member);
  if (!isSaid || group.life !== 'live') return;
  tenant.say({ ...groupItem(group), members: [word(tenant, member, true)] });
}
