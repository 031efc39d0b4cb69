import type { ResourceLookup } from '../../ports/resources.ts';
import type { Kind } from '../../sync/entry.ts';
import { foldName } from '../../sync/fold-name.ts';
import {
  displayNameKey,
  externalIdKey,
  mailKey,
  startingWith,
  userNameKey,
  withThoseBehind,
} from './keys.ts';
import { holds } from './match-entries.ts';
import { readEntries } from './read-entries.ts';
import type { Shard } from './shard.ts';
import type { StoredEntry } from './stored-entry.ts';

/** What is looked for. */
interface Wanted {
  readonly kind: Kind;
  readonly by: ResourceLookup;
  readonly value: string;
  /** Not more of them. */
  readonly most: number;
}

/** The names under which look-ups are known elsewhere. */
const ATTRIBUTE = {
  userName: 'userName',
  externalId: 'externalId',
  displayName: 'displayName',
  workMail: 'emails[type eq "work"].value',
} as const;

/** Entries that have the value: a range of rows that name them, then they themselves. */
export async function findResources(shard: Shard, wanted: Wanted): Promise<readonly StoredEntry[]> {
  const { directory, partitionKey } = shard;
  const { kind, by, value, most } = wanted;
  const keys = foldName(value) === '' || most < 1 ? undefined : rangeOf(wanted);
  if (!keys) return [];
  const ids: string[] = [];
  const range = { partitionKey, ...keys, select: ['id'], pageSize: Math.min(most, 1_000) };
  for await (const page of directory.range(range)) {
    ids.push(...page.flatMap(({ id }) => (typeof id === 'string' ? [id] : [])));
    if (ids.length >= most) break;
  }
  const entries = await readEntries(shard, kind, ids.slice(0, most));
  // Rows and entries are read one after the other: between the two an entry may be renamed.
  return [...entries.values()].filter((entry) => holds(entry, ATTRIBUTE[by], value));
}

/** Where the rows lie that name those who have the value; undefined where such entries have none. */
function rangeOf({ kind, by, value }: Wanted) {
  if (by === 'externalId') return withThoseBehind(externalIdKey(kind, value));
  if (by === 'displayName') return startingWith(displayNameKey(kind, value, ''));
  if (kind === 'group') return undefined;
  return by === 'userName' ? withThoseBehind(userNameKey(value)) : startingWith(mailKey(value, ''));
}
