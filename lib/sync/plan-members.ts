import type { Item, MemberItem } from './entry.ts';

/** Which groups give each role, by the role's number. */
export type RoleGroups = readonly ReadonlySet<string>[];

/** Groups that are members of groups. */
export function nestedIn(items: readonly Item[]): { holder: string; member: string }[] {
  return items.flatMap(({ id, members = [] }) =>
    members
      .filter((member) => member.kind === 'group' && isThere(member))
      .map((member) => ({ holder: id, member: member.id })),
  );
}

/** The roles that the groups shown give to users, by user. */
export function rolesIn(items: readonly Item[], groups: RoleGroups): Map<string, number[]> {
  const roles = new Map<string, Set<number>>();
  for (const { id, members = [] } of items) {
    const given = groups.flatMap((some, role) => (some.has(id) ? [role] : []));
    if (given.length === 0) continue;
    for (const member of members) {
      if (member.kind !== 'user' || !isThere(member)) continue;
      roles.set(member.id, new Set([...(roles.get(member.id) ?? []), ...given]));
    }
  }
  return new Map([...roles].map(([user, some]) => [user, [...some]]));
}

/** How many memberships are shown; one that is shown twice counts once. */
export function countMemberships(items: readonly Item[]): number {
  const pairs = items.flatMap(({ id, members = [] }) =>
    members.filter(isThere).map((member) => `${id} ${member.id}`),
  );
  return new Set(pairs).size;
}

function isThere({ removed }: MemberItem): boolean {
  return !removed;
}
