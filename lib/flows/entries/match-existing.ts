import type { StoredConnection } from '../../ports/connections.ts';
import type { Services } from '../../ports.ts';
import type { Entry, Value } from '../../sync/entry.ts';
import type { Half, Link } from '../../sync/link.ts';
import { isGuest } from '../../sync/rules/is-guest.ts';
import type { MatchingAttribute } from '../../sync/rules/matching.ts';
import type { Rules } from '../../sync/rules/rules.ts';
import { appOf } from '../sides.ts';

type Needs = Pick<Services, 'directories' | 'ties'>;

/** What is to be made of an entry that was in the application before. */
export type Existing = { readonly by: MatchingAttribute } & (
  | { readonly do: 'adopt'; readonly entry: Entry }
  /** It stays as it is, and the object has none. */
  | { readonly do: 'skip'; readonly entry: Entry }
  | { readonly do: 'fail'; readonly ids: readonly string[]; readonly detail: string }
);

/** An object without an entry, and what it would be. */
export interface Wanted {
  readonly link: Link;
  readonly entra: Half;
}

/**
 * Looks for entries that match what is to be created, by the connection's matching attributes in
 * their order. User names need no look-up: they are unique, and creating tells of a holder.
 * @returns by Entra id
 */
export async function matchExisting(
  needs: Needs,
  connection: StoredConnection,
  rules: Rules,
  wanted: readonly Wanted[],
): Promise<ReadonlyMap<string, Existing>> {
  const { matching } = rules.settings.users;
  const found = new Map<string, Existing>();
  if (matching.length === 1 && matching[0] === 'userName') return found;
  const users = wanted.filter(({ link }) => link.kind === 'user');
  const owned = new Set<string>();
  for (const attribute of matching) {
    const open = users.filter(
      ({ link: { entraId } }) => !found.has(entraId) && !owned.has(entraId),
    );
    const values = open.flatMap((one) => matchingValue(one, attribute) ?? []);
    if (values.length === 0) continue;
    const entries = await appOf(needs, connection).match('user', attribute, [...new Set(values)]);
    const tied = await tiedAmong(needs, connection, [...entries.values()].flat());
    for (const one of open) {
      const candidates = entries.get(matchingValue(one, attribute) ?? '') ?? [];
      // Its own, from before the connection was made anew: creating it comes upon that.
      if (candidates.some((entry) => entry.externalId === one.link.entraId)) {
        owned.add(one.link.entraId);
        continue;
      }
      const free = candidates.filter((entry) => !tied.has(entry.id));
      const existing = settled(one.link, { free, by: attribute }, rules);
      if (existing) found.set(one.link.entraId, existing);
    }
  }
  return found;
}

/**
 * What becomes of an entry that holds the name of one to be created.
 * @returns undefined where it is tied to another object, which has a right to it
 */
export async function settleHolders(
  needs: Needs,
  connection: StoredConnection,
  rules: Rules,
  taken: readonly { readonly link: Link; readonly holder: Entry }[],
): Promise<ReadonlyMap<string, Existing>> {
  const tied = await tiedAmong(
    needs,
    connection,
    taken.map(({ holder }) => holder),
  );
  const free = taken.filter(({ holder }) => !tied.has(holder.id));
  return new Map(
    free.flatMap(({ link, holder }) => {
      const existing = settled(link, { free: [holder], by: 'userName' }, rules);
      return existing ? [[link.entraId, existing] as const] : [];
    }),
  );
}

function settled(
  link: Link,
  { free, by }: { readonly free: readonly Entry[]; readonly by: MatchingAttribute },
  { settings }: Rules,
): Existing | undefined {
  const [entry, other] = free;
  if (!entry) return undefined;
  if (other) {
    const ids = free.map(({ id }) => id);
    return { do: 'fail', by, ids, detail: `several entries match: ${ids.join(', ')}` };
  }
  // Somebody from outside must not take over an account by its name.
  const adopts = settings.users.existing === 'adopt' && !isGuest(link.seen.properties);
  return { do: adopts ? 'adopt' : 'skip', by, entry };
}

/** Ids of those entries that are tied to an object: they are nobody else's. */
async function tiedAmong(
  { ties }: Needs,
  { id }: StoredConnection,
  entries: readonly Entry[],
): Promise<ReadonlySet<string>> {
  const owners = entries.flatMap(({ externalId }) => externalId ?? []);
  if (owners.length === 0) return new Set();
  const known = await ties.read(id, [...new Set(owners)]);
  const tied = entries.filter(
    (entry) => entry.externalId !== undefined && known.get(entry.externalId)?.appId === entry.id,
  );
  return new Set(tied.map((entry) => entry.id));
}

function matchingValue({ link, entra }: Wanted, attribute: string): string | undefined {
  const value: Value | undefined =
    attribute === 'externalId' ? link.entraId : entra.attributes[attribute];
  return typeof value === 'string' ? value : undefined;
}
