import type { Named } from '../../lib/ports/entra.ts';
import type { Item, Kind, MemberItem } from '../../lib/sync/entry.ts';
import type { Chance } from './chance.ts';
import { slices } from './slices.ts';
import { groupItem, userItem } from './tenant-items.ts';
import type { Life, TenantView } from './tenant-view.ts';

/** Which of these ids are objects of a kind that live, or lie in the bin. */
export function among(
  tenant: TenantView,
  kind: Kind,
  { ids, life }: { readonly ids: readonly string[]; readonly life: Life },
): ReadonlySet<string> {
  const objects = kind === 'user' ? tenant.users : tenant.groups;
  return new Set(ids.filter((id) => objects.get(id)?.life === life));
}

/** A group's members as its list shows them: who lies in the bin is left out, but stays a member. */
export function membersNow(tenant: TenantView, groupId: string): readonly MemberItem[] {
  const group = tenant.groups.get(groupId);
  if (group?.life !== 'live') return [];
  const living = [...group.members].filter((id) => tenant.lifeOf(id) === 'live');
  return living.map((id) => ({ id, kind: tenant.kindOf(id), removed: false }));
}

/** A user's manager; null where there is none, or where user or manager lie in the bin. */
export function managerNow(tenant: TenantView, userId: string): string | null {
  const user = tenant.users.get(userId);
  if (user?.life !== 'live' || typeof user.manager !== 'string') return null;
  return tenant.lifeOf(user.manager) === 'live' ? user.manager : null;
}

/** Who lives and has this id or, without case, this name. */
export function namedNow(tenant: TenantView, kind: Kind, text: string): readonly Named[] {
  const users = [...tenant.users.values()].map(({ life, userName, ...user }) => ({
    life,
    name: userName,
    named: { id: user.id, displayName: user.displayName, userPrincipalName: userName },
  }));
  const groups = [...tenant.groups.values()].map(({ life, id, displayName }) => ({
    life,
    name: displayName,
    named: { id, displayName },
  }));
  return (kind === 'user' ? users : groups)
    .filter(({ life }) => life === 'live')
    .filter(({ name, named }) => [named.id, name.toLowerCase()].includes(text.toLowerCase()))
    .map(({ named }) => named);
}

/** An object as a read by id shows it, a group slice by slice. */
export function itemsNow(tenant: TenantView, id: string, chance: Chance): readonly Item[] {
  const user = tenant.users.get(id);
  if (user) return [{ ...userItem(user), manager: managerNow(tenant, id) }];
  const group = tenant.groups.get(id);
  if (!group) return [];
  const [first = [], ...more] = slices(chance, membersNow(tenant, id));
  const rest = more.map((members): Item => ({ kind: 'group', id, properties: {}, members }));
  return [{ ...groupItem(group), members: first }, ...rest];
}
