import { deleteRows } from '../../azure/delete-rows.ts';
import { AppError } from '../../errors.ts';
import type { Outcome } from '../../ports/application.ts';
import type { Kind } from '../../sync/entry.ts';
import { commitUnits, type Unit } from './commit-units.ts';
import { indexOperations } from './index-rows.ts';
import { entryKey, idOfKey, isEntryId } from './keys.ts';
import { removeMembershipsOf } from './memberships.ts';
import { readEntries } from './read-entries.ts';
import type { Shard } from './shard.ts';
import { type StoredEntry, toRemovedRow, toStoredEntry } from './stored-entry.ts';

interface RemoveUnit extends Unit {
  readonly id: string;
}

/** Which entries to remove. */
export interface Removal {
  readonly kind: Kind;
  readonly ids: readonly string[];
  readonly slot: number;
}

/**
 * Removes entries in three steps, so that a removal that broke off can be repeated: the row becomes
 * a mark and yields its names, the memberships go, the mark goes. The first step has an etag, which a
 * deletion inside a transaction has not: without it a renamed entry could take another's claim along.
 */
export async function removeEntries(
  shard: Shard,
  { kind, ids, slot }: Removal,
): Promise<readonly Outcome<null>[]> {
  const { directory, partitionKey } = shard;
  const keys = ids.filter(isEntryId).map((id) => entryKey(kind, id));
  const rows = await directory.getMany(partitionKey, keys);
  const present = [...rows.values()].flatMap((row) => toStoredEntry(kind, row) ?? []);
  await markRemoved(shard, { kind, slot, present });
  const there = [...rows.keys()];
  await removeMembershipsOf(shard, kind, there.map(idOfKey));
  await deleteRows(directory, partitionKey, there);
  return ids.map(() => ({ ok: true, value: null }));
}

interface Marking extends Omit<Removal, 'ids'> {
  readonly present: readonly StoredEntry[];
}

async function markRemoved(shard: Shard, { kind, slot, present }: Marking): Promise<void> {
  const units = present.map((entry) => plan(shard, entry));
  await commitUnits<RemoveUnit>(units, {
    write: async (chunk) => {
      const operations = chunk.flatMap((unit) => unit.operations);
      await shard.counters.write({ slot, kind, by: -chunk.length }, operations);
    },
    settle: async (chunk) => {
      const now = await readEntries(
        shard,
        kind,
        chunk.map((unit) => unit.id),
      );
      return [...now.values()].map((entry) => plan(shard, entry));
    },
    refuse: () => {
      throw new AppError('unavailable', 'the table refuses to mark an entry as removed');
    },
  });
}

function plan(shard: Shard, entry: StoredEntry): RemoveUnit {
  const { partitionKey } = shard;
  const row = toRemovedRow(partitionKey, entry.kind, entry.id);
  const mark = { op: 'replace' as const, row, etag: entry.version };
  return {
    id: entry.id,
    operations: [mark, ...indexOperations(partitionKey, entry, undefined)],
  };
}
