import type { Tables } from '../../azure/tables.ts';
import type { EntryStore, Outcome } from '../../ports/application.ts';
import type { Clock } from '../../ports/platform.ts';
import type { Entry } from '../../sync/entry.ts';
import { createEntries } from './create-entries.ts';
import { externalIdKey, isEntryId } from './keys.ts';
import { matchEntries } from './match-entries.ts';
import { addMembers, removeMembers, removeMembershipsOf } from './memberships.ts';
import { readEntries, readHolders } from './read-entries.ts';
import { removeEntries } from './remove-entries.ts';
import { setManagers } from './set-managers.ts';
import { openShard, type Schemas, type Shard } from './shard.ts';
import { type StoredEntry, toEntry } from './stored-entry.ts';
import { updateEntries } from './update-entries.ts';

/**
 * A connection's directory on Table Storage, for applications that have none of their own, where
 * nobody else in this process opens it.
 */
export function openHostedDirectory(
  tables: Tables,
  connectionId: string,
  clock?: Pick<Clock, 'now'>,
  schemas?: Schemas,
): EntryStore {
  return openHostedEntries(
    openShard(tables, connectionId, { ...(clock && { clock }), ...(schemas && { schemas }) }),
  );
}

/** The directory as the sync has it. */
export function openHostedEntries(shard: Shard): EntryStore {
  return {
    read: async (kind, ids) => {
      const entries = await readEntries(shard, kind, [...new Set(ids)]);
      return new Map([...entries].map(([id, stored]) => [id, toEntry(stored)]));
    },
    find: async (kind, externalIds) => {
      const claims = new Map(externalIds.map((id) => [externalIdKey(kind, id), id]));
      const holders = await readHolders(shard, kind, [...claims.keys()]);
      return new Map([...holders].map(([key, stored]) => [claims.get(key) ?? '', toEntry(stored)]));
    },
    match: (kind, attribute, values) => matchEntries(shard, { kind, attribute, values }),
    create: async (drafts, slot) => (await createEntries(shard, drafts, slot)).map(asEntry),
    update: async (changes) => (await updateEntries(shard, changes)).map(asEntry),
    remove: async (kind, ids, slot) => {
      const done = await removeEntries(shard, { kind, ids, slot });
      // Who did not know that an entry was gone may have given it memberships.
      const gone = ids.filter((id) => isEntryId(id) && !done.has(id));
      await removeMembershipsOf(shard, kind, gone);
      return ids.map(() => ({ ok: true, value: null }));
    },
    addMembers: (pairs) => addMembers(shard, pairs),
    removeMembers: (pairs) => removeMembers(shard, pairs),
    dropMemberships: async (kind, ids) => {
      const there = await readEntries(shard, kind, ids);
      const gone = ids.filter((id) => isEntryId(id) && !there.has(id));
      await removeMembershipsOf(shard, kind, gone);
    },
    setManagers: (pairs) => setManagers(shard, pairs),
  };
}

function asEntry(outcome: Outcome<StoredEntry>): Outcome<Entry> {
  return outcome.ok ? { ok: true, value: toEntry(outcome.value) } : outcome;
}
