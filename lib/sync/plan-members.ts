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

/** A membership that nested groups pass on, or that an imported group with nested ones has itself. */
export interface PassedPair {
  readonly holder: string;
  readonly member: string;
  readonly isDirect: boolean;
}

/**
 * The memberships, each once, of groups to which nested ones pass on their members.
 * @param holders the groups to which a group's members are passed on
 */
export function passedIn(
  items: readonly Item[],
  holders: ReadonlyMap<string, readonly string[]>,
): PassedPair[] {
  const receiving = new Set([...holders.values()].flat());
  const pairs = new Map<string, PassedPair>();
  const add = (pair: PassedPair) => {
    const name = `${pair.holder} ${pair.member}`;
    if (pair.isDirect || !pairs.has(name)) pairs.set(name, pair);
  };
  for (const { id, members = [] } of items)
    for (const { id: member } of members.filter(isThere)) {
      if (receiving.has(id)) add({ holder: id, member, isDirect: true });
      // Groups that pass on their members are no members themselves.
      for (const holder of holders.get(id) ?? [])
        if (holder !== member && !holders.has(member)) add({ holder, member, isDirect: false });
    }
  return [...pairs.values()];
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
