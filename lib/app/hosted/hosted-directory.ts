import type { Tables } from '../../azure/tables.ts';
import type { EntryStore } from '../../ports/application.ts';
import type { Clock } from '../../ports/platform.ts';
import { createEntries } from './create-entries.ts';
import { externalIdKey } from './keys.ts';
import { matchEntries } from './match-entries.ts';
import { addMembers, removeMembers } from './memberships.ts';
import { readEntries, readHolders } from './read-entries.ts';
import { removeEntries } from './remove-entries.ts';
import { setManagers } from './set-managers.ts';
import { openShard } from './shard.ts';
import { toEntry } from './stored-entry.ts';
import { updateEntries } from './update-entries.ts';

/**
 * A connection's directory on Table Storage, for applications that have none of their own. Open it
 * once a process and connection: it keeps the counters' etags and the entries it met last.
 */
export function openHostedDirectory(
  tables: Tables,
  connectionId: string,
  clock: Pick<Clock, 'now'> = Date,
): EntryStore {
  const shard = openShard(tables, connectionId, clock);
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
    create: (drafts, slot) => createEntries(shard, drafts, slot),
    update: (changes) => updateEntries(shard, changes),
    remove: (kind, ids, slot) => removeEntries(shard, { kind, ids, slot }),
    addMembers: (pairs) => addMembers(shard, pairs),
    removeMembers: (pairs) => removeMembers(shard, pairs),
    setManagers: (pairs) => setManagers(shard, pairs),
  };
}
