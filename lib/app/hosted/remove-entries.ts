import { deleteRows } from '../../azure/delete-rows.ts';
import { AppError } from '../../errors.ts';
import type { Writer } from '../../ports/resources.ts';
import type { Kind } from '../../sync/entry.ts';
import { commitUnits, type Unit } from './commit-units.ts';
import { indexOperations } from './index-rows.ts';
import { entryKey, idOfKey, isEntryId } from './keys.ts';
import { entryMark } from './marks.ts';
import { removeMembershipsOf } from './memberships.ts';
import { withoutMissing } from './missing-rows.ts';
import { readEntries } from './read-entries.ts';
import type { Shard } from './shard.ts';
import { type StoredEntry, toRemovedRow, toStoredEntry } from './stored-entry.ts';

interface RemoveUnit extends Unit {
  readonly id: string;
}

/** Which entries to remove. */
interface Removal {
  readonly kind: Kind;
  readonly ids: readonly string[];
  readonly slot: number;
  /** The SCIM client that removes them; undefined for the sync. */
  readonly by?: Writer;
  /** Those at another version stay. */
  readonly version?: string;
}

/**
 * Removes entries in three steps, so that a removal that broke off can be repeated: the row becomes
 * a mark and yields its names, the memberships go, the mark goes. The first step has an etag, which a
 * deletion inside a transaction has not: without it a renamed entry could take another's claim along.
 *
 * @returns what became of those that were there, by their ids; a removal that had begun is finished
 */
export async function removeEntries(
  shard: Shard,
  removal: Removal,
): Promise<ReadonlyMap<string, 'removed' | 'changed'>> {
  const { kind, ids } = removal;
  const { directory, partitionKey } = shard;
  const keys = ids.filter(isEntryId).map((id) => entryKey(kind, id));
  const rows = await directory.getMany(partitionKey, keys);
  const schema = shard.schemas[kind];
  const present = [...rows.values()].flatMap((row) => toStoredEntry(schema, row) ?? []);
  const changed = await markRemoved(shard, removal, present);
  const gone = [...rows.keys()].map(idOfKey).filter((id) => !changed.has(id));
  await removeMembershipsOf(shard, kind, gone);
  await deleteRows(
    directory,
    partitionKey,
    gone.map((id) => entryKey(kind, id)),
  );
  const all = [...rows.keys()].map(idOfKey);
  return new Map(all.map((id) => [id, changed.has(id) ? 'changed' : 'removed']));
}

/** @returns those that are at another version than the one to be removed */
async function markRemoved(
  shard: Shard,
  removal: Removal,
  present: readonly StoredEntry[],
): Promise<ReadonlySet<string>> {
  const { kind, slot, version } = removal;
  const changed = new Set<string>();
  const plan = (entry: StoredEntry): RemoveUnit[] => {
    if (version === undefined || entry.version === version)
      return [{ id: entry.id, operations: marking(shard, removal, entry) }];
    changed.add(entry.id);
    return [];
  };
  await commitUnits<RemoveUnit>(present.flatMap(plan), {
    write: async (chunk) => {
      const operations = chunk.flatMap((unit) => unit.operations);
      await shard.counters.write({ slot, kind, by: -chunk.length }, operations);
    },
    settle: async (chunk) => {
      const ids = chunk.map((unit) => unit.id);
      const entries = await readEntries(shard, kind, ids);
      return withoutMissing(shard, [...entries.values()].flatMap(plan));
    },
    refuse: () => {
      throw new AppError('unavailable', 'the table refuses to mark an entry as removed');
    },
  });
  return changed;
}

function marking(shard: Shard, { by }: Removal, entry: StoredEntry): Unit['operations'] {
  const { partitionKey } = shard;
  const row = toRemovedRow(partitionKey, entry.kind, entry.id);
  return [
    { op: 'replace', row, etag: entry.version },
    ...indexOperations(partitionKey, entry, undefined),
    ...(by ? [entryMark(shard, by, entry, true)] : []),
  ];
}
