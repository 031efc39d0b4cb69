import type { Pair } from '../derived-edge.ts';
import type { Edge } from '../edge.ts';
import { holdersThrough } from './closure.ts';
import type { Rules } from './rules.ts';

/** Ids of groups by what they have to do with the rules. */
type Sets = Readonly<Record<string, readonly string[]>>;

/** What is known of a connection's groups. */
interface Groups {
  readonly nested: ReadonlyMap<string, readonly string[]>;
  readonly gone: ReadonlySet<string>;
  readonly imported: ReadonlySet<string>;
}

const PREFIX = 'flat:';

/** Whether members of nested groups that are not imported count as members of those that are. */
export function flattens({ settings }: Pick<Rules, 'settings'>): boolean {
  return settings.groups.nested === 'flatten';
}

/** By imported group, as sets of their own: the groups whose members count as its members. */
export function flatSets({ nested, gone, imported }: Groups): Sets {
  const byHolder = new Map<string, string[]>();
  const holders = holdersThrough((group) => imported.has(group), nested, gone);
  for (const [group, above] of holders)
    for (const holder of above) {
      const own = byHolder.get(holder);
      if (own) own.push(group);
      else byHolder.set(holder, [group]);
    }
  return Object.fromEntries(
    [...byHolder].map(([holder, groups]) => [PREFIX + holder, groups.sort()]),
  );
}

/** The group whose members a set names; undefined where it is another kind of set. */
export function holderOf(set: string): string | undefined {
  return set.startsWith(PREFIX) ? set.slice(PREFIX.length) : undefined;
}

/** The imported groups, by group, that a group's members count as members of. */
export function holdersIn(sets: Sets): ReadonlyMap<string, readonly string[]> {
  const known = inverses.get(sets);
  if (known) return known;
  const holders = new Map<string, string[]>();
  for (const [name, groups] of Object.entries(sets)) {
    const holder = holderOf(name);
    if (holder === undefined) continue;
    for (const group of groups) {
      const own = holders.get(group);
      if (own) own.push(holder);
      else holders.set(group, [holder]);
    }
  }
  inverses.set(sets, holders);
  return holders;
}

/** Whom members of groups count as members of besides; a group is no member of itself. */
export function passedOn(sets: Sets, edges: readonly Edge[]): Pair[] {
  const holders = holdersIn(sets);
  return edges.flatMap(({ holder: group, member, memberKind }) =>
    (holders.get(group) ?? [])
      .filter((holder) => holder !== member)
      .map((holder) => ({ holder, member, memberKind })),
  );
}

const inverses = new WeakMap<Sets, ReadonlyMap<string, readonly string[]>>();

/**
 * The group by which somebody counts as a member of an imported one: the first by id, so that it is
 * the same whoever asks; null = there is none.
 * @param groups the groups that the member is in
 */
export function viaOf(sets: Sets, holder: string, groups: readonly string[]): string | null {
  const holders = holdersIn(sets);
  const ways = groups.filter((group) => holders.get(group)?.includes(holder));
  return ways.toSorted()[0] ?? null;
}
