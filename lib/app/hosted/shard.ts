import type { Table, Tables } from '../../azure/tables.ts';
import type { Clock } from '../../ports/platform.ts';
import { openSchema } from '../../scim/schema/open-schema.ts';
import type { ResourceSchema } from '../../scim/schema/resource-schema.ts';
import type { Kind } from '../../sync/entry.ts';
import { type Counters, openCounters } from './counters.ts';
import { openRecentEntries, type RecentEntries } from './recent-entries.ts';

/** The table of entries, their claims, look-ups and counters. */
export const DIRECTORY_TABLE = 'directory';

/** The table of memberships. */
export const MEMBERS_TABLE = 'directorymembers';

/** What the resources of each kind are made of. */
export type Schemas = Readonly<Record<Kind, ResourceSchema>>;

/** The schemas of RFC 7643, with Tandem's own and no attribute of a connection's. */
export const STANDARD_SCHEMAS: Schemas = {
  user: openSchema('user', []),
  group: openSchema('group', []),
};

/** One shard of a hosted directory: what its reading and writing share. */
export interface Shard {
  readonly partitionKey: string;
  readonly directory: Table;
  readonly members: Table;
  readonly counters: Counters;
  readonly recent: RecentEntries;
  readonly clock: Pick<Clock, 'now'>;
  readonly schemas: Schemas;
  /** The attribute that carries the id of the Entra object, as a flat SCIM name. */
  readonly objectId: string;
}

/**
 * The partition that holds a connection's entries and memberships. There is one shard a connection,
 * because a transaction ends at its partition and a name is unique by one transaction.
 */
export function partitionOf(connectionId: string): string {
  return `${connectionId}:0`;
}

/** What a shard does not find out by itself. */
export interface ShardOptions {
  readonly clock?: Pick<Clock, 'now'>;
  readonly schemas?: Schemas;
  /** Default: `externalId`. */
  readonly objectId?: string;
}

/**
 * Open it once a process and connection, for all that reads and writes the directory: it keeps the
 * counters' etags and the entries it met last.
 */
export function openShard(
  tables: Tables,
  connectionId: string,
  { clock = Date, schemas = STANDARD_SCHEMAS, objectId = 'externalId' }: ShardOptions = {},
): Shard {
  const partitionKey = partitionOf(connectionId);
  const directory = tables.table(DIRECTORY_TABLE);
  return {
    partitionKey,
    directory,
    members: tables.table(MEMBERS_TABLE),
    counters: openCounters(directory, partitionKey),
    recent: openRecentEntries(),
    clock,
    schemas,
    objectId,
  };
}
