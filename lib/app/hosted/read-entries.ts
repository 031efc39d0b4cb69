import type { Kind } from '../../sync/entry.ts';
import { entryKey, isEntryId } from './keys.ts';
import type { Shard } from './shard.ts';
import { type StoredEntry, toStoredEntry } from './stored-entry.ts';

/** Reads entries by id; those that are not there, or are being removed, are missing from the map. */
export async function readEntries(
  shard: Shard,
  kind: Kind,
  ids: readonly string[],
): Promise<Map<string, StoredEntry>> {
  const keys = ids.filter(isEntryId).map((id) => entryKey(kind, id));
  const rows = await shard.directory.getMany(shard.partitionKey, keys);
  const entries = new Map<string, StoredEntry>();
  for (const row of rows.values()) {
    const entry = toStoredEntry(shard.schemas[kind], row);
    if (!entry) continue;
    shard.recent.keep(entry);
    entries.set(entry.id, entry);
  }
  return entries;
}

/** Who holds these claims, by claim key. Free ones are missing from the map. */
export async function readHolders(
  shard: Shard,
  kind: Kind,
  claims: readonly string[],
): Promise<Map<string, StoredEntry>> {
  const rows = await shard.directory.getMany(shard.partitionKey, claims);
  const ids = [...rows.values()].flatMap((row) => (typeof row.id === 'string' ? [row.id] : []));
  const entries = await readEntries(shard, kind, [...new Set(ids)]);
  const holders = new Map<string, StoredEntry>();
  for (const [key, row] of rows) {
    const entry = typeof row.id === 'string' ? entries.get(row.id) : undefined;
    if (entry) holders.set(key, entry);
  }
  return holders;
}

/** Entries as they are, of which one that is known at the given version is not read. */
export async function entriesAt(
  shard: Shard,
  kind: Kind,
  wanted: readonly { readonly id: string; readonly version: string }[],
): Promise<Map<string, StoredEntry>> {
  const known = new Map<string, StoredEntry>();
  for (const { id, version } of wanted) {
    const entry = shard.recent.at(kind, id, version);
    if (entry) known.set(id, entry);
  }
  const unknown = wanted.map(({ id }) => id).filter((id) => !known.has(id));
  return new Map([...known, ...(await readEntries(shard, kind, [...new Set(unknown)]))]);
}
