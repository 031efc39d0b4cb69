import { readPrefixes } from '../../azure/read-prefixes.ts';
import type { Entry, Kind } from '../../sync/entry.ts';
import { foldName } from '../../sync/fold-name.ts';
import type { MatchingAttribute } from '../../sync/rules/matching.ts';
import { displayNameKey, externalIdKey, idOfLookup, mailKey, userNameKey } from './keys.ts';
import { nameOf, workMailsOf } from './names.ts';
import { readEntries, readHolders } from './read-entries.ts';
import type { Shard } from './shard.ts';
import { type StoredEntry, toEntry } from './stored-entry.ts';

/** Entries that share a value, of which nobody needs all. */
const MOST_A_VALUE = 3;

/** Which entries are looked for. */
export interface Matching {
  readonly kind: Kind;
  readonly attribute: MatchingAttribute;
  readonly values: readonly string[];
}

/** Entries that have one of the values, by those as they were asked for. */
export async function matchEntries(
  shard: Shard,
  matching: Matching,
): Promise<Map<string, readonly Entry[]>> {
  const { kind, attribute, values } = matching;
  const wanted = new Map<string, string>();
  for (const value of new Set(values)) {
    const key = foldName(value) === '' ? undefined : keyOf(kind, attribute, value);
    if (key !== undefined) wanted.set(value, key);
  }
  const keys = [...new Set(wanted.values())];
  const isClaim = attribute === 'userName' || attribute === 'externalId';
  const found = await (isClaim ? byClaim(shard, kind, keys) : byLookup(shard, kind, keys));
  const matches = new Map<string, readonly Entry[]>();
  for (const [value, key] of wanted) {
    // Rows and entries are read one after the other: between the two an entry may be renamed.
    const holders = (found.get(key) ?? []).filter((entry) => holds(entry, attribute, value));
    if (holders.length > 0) matches.set(value, holders.map(toEntry));
  }
  return matches;
}

/** The claim, or what the look-ups begin with; undefined where such entries have none. */
function keyOf(kind: Kind, attribute: MatchingAttribute, value: string): string | undefined {
  if (attribute === 'externalId') return externalIdKey(kind, value);
  if (attribute === 'displayName') return displayNameKey(kind, value, '');
  if (kind === 'group') return undefined;
  return attribute === 'userName' ? userNameKey(value) : mailKey(value, '');
}

type Found = ReadonlyMap<string, readonly StoredEntry[]>;

async function byClaim(shard: Shard, kind: Kind, keys: readonly string[]): Promise<Found> {
  const holders = await readHolders(shard, kind, keys);
  return new Map([...holders].map(([key, holder]) => [key, [holder]]));
}

async function byLookup(shard: Shard, kind: Kind, prefixes: readonly string[]): Promise<Found> {
  const { directory, partitionKey } = shard;
  const wanted = { partitionKey, prefixes, select: ['v'], most: MOST_A_VALUE };
  const rows = await readPrefixes(directory, wanted);
  const ids = [...rows.values()].flat().map(({ rowKey }) => idOfLookup(rowKey));
  const entries = await readEntries(shard, kind, [...new Set(ids)]);
  return new Map(
    [...rows].map(([prefix, own]) => [
      prefix,
      own.flatMap(({ rowKey }) => entries.get(idOfLookup(rowKey)) ?? []),
    ]),
  );
}

/** Whether the entry has the value, by which it was looked for. */
export function holds(entry: StoredEntry, attribute: MatchingAttribute, value: string): boolean {
  if (attribute === 'externalId') return entry.externalId === value;
  return valuesOf(entry, attribute).some((held) => foldName(held) === foldName(value));
}

function valuesOf({ resource }: StoredEntry, attribute: MatchingAttribute): readonly string[] {
  if (attribute === 'userName' || attribute === 'displayName')
    return [nameOf(resource, attribute) ?? ''];
  return workMailsOf(resource);
}
