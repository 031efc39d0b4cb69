import type { FakeTenant } from './fake-tenant.ts';
import { groupItem, removedItem, userItem } from './tenant-items.ts';
import type { TenantGroup, TenantUser } from './tenant-view.ts';
import type { WipeHistory, WipeKind } from './wipe-history.ts';

/** Who loses something, and what undoes the loss in the tenant (a purge cannot be undone). */
export interface Wipe {
  readonly victims: readonly string[];
  readonly undo: () => void;
}

/** Lets the tenant lose a share of what it has, all at once. */
export function wipe(tenant: FakeTenant, { what, share }: WipeHistory): Wipe {
  const users = some([...tenant.users.values()], share);
  const groups = [...tenant.groups.values()];
  const strokes: Readonly<Record<WipeKind, () => Wipe>> = {
    'delete users': () => each(users, (user) => deleteUser(tenant, user)),
    'purge users': () => each(users, (user) => purgeUser(tenant, user)),
    'disable users': () => each(users, (user) => enable(tenant, user, false)),
    'clear titles': () => each(users, (user) => retitle(tenant, user, null)),
    'empty groups': () => each(groups, (group) => emptyGroup(tenant, group, share)),
    'delete groups': () => each(groups, (group) => deleteGroup(tenant, group)),
  };
  const done = strokes[what]();
  tenant.keep();
  return done;
}

function some<T>(all: readonly T[], share: number): readonly T[] {
  return all.slice(0, Math.ceil((all.length * share) / 100));
}

/** @param lose what happens to one; it returns what undoes it */
function each<T extends { readonly id: string }>(all: readonly T[], lose: (one: T) => () => void) {
  const undoings = all.map(lose);
  return {
    victims: all.map(({ id }) => id),
    undo: () => {
      for (const undo of undoings) undo();
    },
  };
}

function deleteUser(tenant: FakeTenant, user: TenantUser): () => void {
  user.life = 'soft';
  tenant.say(removedItem(user, 'user'));
  return () => {
    user.life = 'live';
    tenant.say(userItem(user, true));
    tenant.sayHidden(user.id);
  };
}

function purgeUser(tenant: FakeTenant, user: TenantUser): () => void {
  user.life = 'purged';
  tenant.say(removedItem(user, 'user'));
  for (const group of tenant.groups.values()) removeMember(tenant, group, user.id);
  return () => {};
}

function enable(tenant: FakeTenant, user: TenantUser, enabled: boolean): () => void {
  user.enabled = enabled;
  tenant.say(userItem(user));
  return () => void enable(tenant, user, !enabled);
}

function retitle(tenant: FakeTenant, user: TenantUser, title: string | null): () => void {
  const before = user.title;
  user.title = title;
  tenant.say(userItem(user));
  return () => void retitle(tenant, user, before);
}

function emptyGroup(tenant: FakeTenant, group: TenantGroup, share: number): () => void {
  const members = some([...group.members], share);
  for (const member of members) removeMember(tenant, group, member);
  return () => {
    for (const id of members) {
      group.members.add(id);
      const word = { id, kind: tenant.kindOf(id), removed: false };
      tenant.say({ ...groupItem(group), members: [word] });
    }
  };
}

function removeMember(tenant: FakeTenant, group: TenantGroup, id: string): void {
  if (!group.members.delete(id)) return;
  group.formerMembers.add(id);
  const word = { id, kind: tenant.kindOf(id), removed: true };
  tenant.say({ ...groupItem(group), members: [word] });
}

function deleteGroup(tenant: FakeTenant, group: TenantGroup): () => void {
  group.life = 'soft';
  tenant.say(removedItem(group, 'group'));
  return () => {
    group.life = 'live';
    for (const item of tenant.groupInSlices(group)) tenant.say(item);
  };
}
