import type { Table, Tables } from '../../azure/tables.ts';
import type { Clock } from '../../ports/platform.ts';
import { type Counters, openCounters } from './counters.ts';
import { openRecentEntries, type RecentEntries } from './recent-entries.ts';

/** The table of entries, their claims, look-ups and counters. */
export const DIRECTORY_TABLE = 'directory';

/** The table of memberships. */
export const MEMBERS_TABLE = 'directorymembers';

/** One shard of a hosted directory: what its reading and writing share. */
export interface Shard {
  readonly partitionKey: string;
  readonly directory: Table;
  readonly members: Table;
  readonly counters: Counters;
  readonly recent: RecentEntries;
  readonly clock: Pick<Clock, 'now'>;
}

/**
 * The partition that holds a connection's entries and memberships. There is one shard a connection,
 * because a transaction ends at its partition and a name is unique by one transaction.
 */
export function partitionOf(connectionId: string): string {
  return `${connectionId}:0`;
}

export function openShard(tables: Tables, connectionId: string, clock: Pick<Clock, 'now'>): Shard {
  const partitionKey = partitionOf(connectionId);
  const directory = tables.table(DIRECTORY_TABLE);
  return {
    partitionKey,
    directory,
    members: tables.table(MEMBERS_TABLE),
    counters: openCounters(directory, partitionKey),
    recent: openRecentEntries(),
    clock,
  };
}
