import type { Tables } from '../../azure/tables.ts';
import type { Entry, Kind } from '../../sync/entry.ts';
import { type Counts, readCounts } from './counters.ts';
import { entryPrefix, startingWith } from './keys.ts';
import {
  DIRECTORY_TABLE,
  MEMBERS_TABLE,
  partitionOf,
  type Schemas,
  STANDARD_SCHEMAS,
} from './shard.ts';
import { toEntry, toStoredEntry } from './stored-entry.ts';

/** Reading a hosted directory as a whole, a page of up to 1,000 rows at a time. */
export interface HostedListing {
  /** Every entry of a kind in the order of the ids, with a user's manager by application id. */
  listEntries(kind: Kind): AsyncGenerator<Entry & { readonly managerId?: string }>;
  /** Every membership, group by group. */
  listMemberships(): AsyncGenerator<{ readonly groupId: string; readonly memberId: string }>;
  /** How many entries there are, from the counters. */
  counts(): Promise<Counts>;
}

export function openHostedListing(
  tables: Tables,
  connectionId: string,
  schemas: Schemas = STANDARD_SCHEMAS,
): HostedListing {
  const partitionKey = partitionOf(connectionId);
  const directory = tables.table(DIRECTORY_TABLE);
  return {
    listEntries: async function* (kind) {
      const range = { partitionKey, ...startingWith(entryPrefix(kind)) };
      for await (const page of directory.range(range))
        for (const row of page) {
          const stored = toStoredEntry(schemas[kind], row);
          if (!stored) continue;
          const { managerId } = stored;
          yield { ...toEntry(stored), ...(managerId && { managerId }) };
        }
    },
    listMemberships: async function* () {
      const range = { partitionKey, ...startingWith('g:'), select: ['v'] };
      for await (const page of tables.table(MEMBERS_TABLE).range(range))
        for (const row of page) {
          const [, groupId = '', memberId = ''] = row.rowKey.split(':');
          yield { groupId, memberId };
        }
    },
    counts: () => readCounts(directory, partitionKey),
  };
}
