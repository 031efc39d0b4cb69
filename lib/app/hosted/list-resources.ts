import type { StoredRow } from '../../azure/tables.ts';
import type { ResourcePage } from '../../ports/resources.ts';
import type { Kind } from '../../sync/entry.ts';
import { entryKey, entryPrefix, idOfKey, startingWith } from './keys.ts';
import { toStoredResource } from './resource-columns.ts';
import type { Shard } from './shard.ts';
import { toStoredEntry } from './stored-entry.ts';

/** Rows that the service puts on a page at most. */
const PAGE = 1_000;

/**
 * A page of resources in the order of their ids. One of 1,000 that ends with the last resource names
 * a next page, which is empty: only one row more would tell.
 * @param from the id behind which it begins; undefined = the first
 * @param size at most 1,000; entries whose removal is under way count, and are left out
 */
export async function listResources(
  { directory, partitionKey, schemas }: Shard,
  { kind, from, size }: { kind: Kind; from: string | undefined; size: number },
): Promise<ResourcePage> {
  const schema = schemas[kind];
  const all = startingWith(entryPrefix(kind));
  // No id is longer than another, so a blank is behind this one and before the next.
  const start = from === undefined ? all.from : `${entryKey(kind, from)} `;
  const range = { partitionKey, from: start, to: all.to, pageSize: Math.min(size + 1, PAGE) };
  const rows: StoredRow[] = [];
  for await (const page of directory.range(range)) {
    rows.push(...page);
    if (rows.length > size || rows.length >= PAGE) break;
  }
  const shown = rows.slice(0, size);
  const isLast = rows.length <= size && rows.length < PAGE;
  const last = shown.at(-1);
  return {
    resources: shown
      .flatMap((row) => toStoredEntry(schema, row) ?? [])
      .map((stored) => toStoredResource(stored, schema)),
    next: isLast || !last ? undefined : idOfKey(last.rowKey),
  };
}
