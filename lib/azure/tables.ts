import { odata, TableClient, type TableEntityResult, TableServiceClient } from '@azure/data-tables';
import type { TokenCredential } from '@azure/identity';
import { AppError, hasCode } from '../errors.ts';
import { countRequests } from './count-requests.ts';
import { translated } from './table-errors.ts';
import { toAction, writeOne } from './table-operations.ts';

/** How to reach Table Storage: by connection string, or by identity. */
export type TablesConfig =
  | { readonly connectionString: string }
  | { readonly serviceUri: string; readonly credential: TokenCredential };

/** A row as it is written. Binary values are Uint8Array; undefined values are left out. */
export interface Row {
  readonly partitionKey: string;
  readonly rowKey: string;
  readonly [property: string]: unknown;
}

/** A row as it was read. */
export type StoredRow = Row & { readonly etag: string };

/**
 * One operation of an entity group transaction. `replace` and `merge` fail where the row is missing
 * or, with an etag other than "*", where it has changed; `put` and `patch` insert too; `delete`
 * fails where the row is missing, and takes an etag only where it is alone, because the SDK sends
 * none in a transaction: there, guard it by the etag of another row.
 */
export type Operation =
  | { readonly op: 'insert' | 'put' | 'patch'; readonly row: Row }
  | { readonly op: 'delete'; readonly row: Row; readonly etag?: string }
  | { readonly op: 'replace' | 'merge'; readonly row: Row; readonly etag: string };

/** Which rows of one partition: from (inclusive) to (exclusive). */
export interface Range {
  readonly partitionKey: string;
  readonly from: string;
  readonly to: string;
  readonly select?: readonly string[];
  /** A further OData condition on properties. */
  readonly filter?: string;
  /** Rows a page, at most 1,000. */
  readonly pageSize?: number;
}

/** Which rows of partitions that are next to each other; both ends are inclusive. */
export interface Span {
  readonly fromPartition: string;
  readonly toPartition: string;
  readonly rowKeys: readonly string[];
}

/** Operations that one transaction takes (Table Storage's limit). */
export const TRANSACTION_LIMIT = 100;

/**
 * Row keys that one query can name: Table Storage takes 15 comparisons in a filter, and one is for
 * the partition, two keep the scan inside the range of the keys.
 */
const KEYS_A_QUERY = 12;

/** From this many keys on, reading on in key order is cheaper than naming each. */
const SCAN_FROM_KEYS = 36;

/** Named queries of one reading that are under way at the same time. */
const QUERIES_AT_ONCE = 8;

/** One table, with every request counted as one transaction, as Azure bills it. */
export interface Table {
  get(partitionKey: string, rowKey: string): Promise<StoredRow | undefined>;
  /** Reads rows of one partition by their keys; missing ones are missing from the map. */
  getMany(
    partitionKey: string,
    rowKeys: readonly string[],
    select?: readonly string[],
  ): Promise<Map<string, StoredRow>>;
  /** As `getMany`, of rows that are known to lie close to each other. */
  getNear(partitionKey: string, rowKeys: readonly string[]): Promise<Map<string, StoredRow>>;
  /** Pages of rows that have one of a few keys: every row of these partitions is gone over for it. */
  across(span: Span): AsyncGenerator<readonly StoredRow[]>;
  /** Pages of rows in key order. */
  range(range: Range): AsyncGenerator<readonly StoredRow[]>;
  /**
   * One entity group transaction: all or nothing, at most 100 operations on one partition. Returns
   * the new etags in order ("" for deletions).
   * @throws AppError `state-exists` (an insert met a row), `state-changed` (an etag did not match),
   *   `not-found` (a row to change is missing), `unavailable`.
   */
  write(operations: readonly Operation[]): Promise<readonly string[]>;
}

/** The tables of one storage account. */
export interface Tables {
  table(name: string): Table;
  /** Creates the tables that are not there yet. */
  ensure(names: readonly string[]): Promise<void>;
}

/** The newest version of the rows of each table; of others nothing is known. */
export type RowVersions = Readonly<Record<string, number>>;

const RETRY = { maxRetries: 3, retryDelayInMs: 200, maxRetryDelayInMs: 5_000 };

/**
 * Opens the tables of a storage account. A row whose version is newer than this build knows is not
 * read: the call throws AppError `unavailable`, so that its work waits for a build that knows it.
 */
export function openTables(config: TablesConfig, versions: RowVersions = {}): Tables {
  const options = (address: string) => ({
    allowInsecureConnection: address.includes('http://'),
    retryOptions: RETRY,
    additionalPolicies: [countRequests('tables.transactions')],
  });
  const client = (name: string) =>
    'connectionString' in config
      ? TableClient.fromConnectionString(
          config.connectionString,
          name,
          options(config.connectionString),
        )
      : new TableClient(config.serviceUri, name, config.credential, options(config.serviceUri));
  const service =
    'connectionString' in config
      ? TableServiceClient.fromConnectionString(
          config.connectionString,
          options(config.connectionString),
        )
      : new TableServiceClient(config.serviceUri, config.credential, options(config.serviceUri));
  const tables = new Map<string, Table>();
  return {
    table: (name) => {
      const known = tables.get(name) ?? openTable(client(name), rowReader(name, versions[name]));
      tables.set(name, known);
      return known;
    },
    ensure: async (names) => {
      await Promise.all(names.map((name) => translated(() => service.createTable(name))));
    },
  };
}

/** Rows as the service answers, and whether more may follow. */
interface ReadPage {
  readonly rows: readonly StoredRow[];
  readonly isLast: boolean;
}

function openTable(client: TableClient, toRow: ToRow): Table {
  function pagesOf(wanted: Range): AsyncGenerator<ReadPage> {
    const { partitionKey, from, to } = wanted;
    const bounds = odata`PartitionKey eq ${partitionKey} and RowKey ge ${from} and RowKey lt ${to}`;
    const filter = wanted.filter ? `${bounds} and ${wanted.filter}` : bounds;
    const queryOptions = {
      filter,
      ...(wanted.select && { select: ['partitionKey', 'rowKey', ...wanted.select] }),
    };
    return pagesBy(queryOptions, wanted.pageSize);
  }

  async function* pagesBy(
    queryOptions: { readonly filter: string; readonly select?: string[] },
    maxPageSize = 1_000,
  ): AsyncGenerator<ReadPage> {
    const pages = client.listEntities({ queryOptions }).byPage({ maxPageSize });
    const iterator = pages[Symbol.asyncIterator]();
    for (;;) {
      const page = await translated(() => iterator.next());
      if (page.done) return;
      yield { rows: page.value.map(toRow), isLast: page.value.continuationToken === undefined };
    }
  }

  async function* across(span: Span): AsyncGenerator<readonly StoredRow[]> {
    const { fromPartition, toPartition } = span;
    const bounds = odata`PartitionKey ge ${fromPartition} and PartitionKey le ${toPartition}`;
    const keys = span.rowKeys.map((key) => odata`RowKey eq ${key}`).join(' or ');
    for await (const { rows } of pagesBy({ filter: `${bounds} and (${keys})` })) yield rows;
  }

  async function* range(wanted: Range): AsyncGenerator<readonly StoredRow[]> {
    for await (const { rows } of pagesOf(wanted)) yield rows;
  }

  async function getChunk(
    partitionKey: string,
    keys: readonly string[],
    select?: readonly string[],
  ) {
    const named = keys.map((key) => odata`RowKey eq ${key}`).join(' or ');
    const rows: StoredRow[] = [];
    const last = keys.at(-1) ?? '';
    const chunk = { partitionKey, from: keys[0] ?? '', to: `${last} `, filter: `(${named})` };
    for await (const page of range(select ? { ...chunk, select } : chunk)) rows.push(...page);
    return rows;
  }

  /** One request for every 12 keys, a few of them at the same time. */
  async function named(partitionKey: string, keys: readonly string[], select?: readonly string[]) {
    const rows: StoredRow[] = [];
    for (let at = 0; at < keys.length; at += KEYS_A_QUERY * QUERIES_AT_ONCE) {
      const chunks: Promise<StoredRow[]>[] = [];
      const end = Math.min(keys.length, at + KEYS_A_QUERY * QUERIES_AT_ONCE);
      for (let from = at; from < end; from += KEYS_A_QUERY)
        chunks.push(getChunk(partitionKey, keys.slice(from, from + KEYS_A_QUERY), select));
      rows.push(...(await Promise.all(chunks)).flat());
    }
    return rows;
  }

  /** Reads on in key order for as long as a page brings more than naming keys would. */
  async function scan(partitionKey: string, keys: readonly string[], select?: readonly string[]) {
    const wanted = new Set(keys);
    const bounds = { partitionKey, from: keys[0] ?? '', to: `${keys.at(-1) ?? ''} ` };
    const rows: StoredRow[] = [];
    let rest = keys;
    for await (const page of pagesOf(select ? { ...bounds, select } : bounds)) {
      rows.push(...page.rows.filter((row) => wanted.has(row.rowKey)));
      const reached = page.rows.at(-1)?.rowKey ?? '';
      const left = rest.filter((key) => key > reached);
      if (!page.isLast && rest.length - left.length < KEYS_A_QUERY)
        return [...rows, ...(await named(partitionKey, left, select))];
      rest = left;
    }
    return rows;
  }

  async function get(partitionKey: string, rowKey: string, select?: readonly string[]) {
    const queryOptions = select ? { select: ['partitionKey', 'rowKey', ...select] } : {};
    try {
      return toRow(
        await translated(() => client.getEntity(partitionKey, rowKey, { queryOptions })),
      );
    } catch (error) {
      if (hasCode(error, 'not-found')) return undefined;
      throw error;
    }
  }

  async function getSorted(
    partitionKey: string,
    keys: readonly string[],
    select?: readonly string[],
  ) {
    const [only] = keys;
    if (keys.length >= SCAN_FROM_KEYS) return scan(partitionKey, keys, select);
    if (keys.length > 1 || only === undefined) return named(partitionKey, keys, select);
    const row = await get(partitionKey, only, select);
    return row ? [row] : [];
  }

  return {
    get: (partitionKey, rowKey) => get(partitionKey, rowKey),
    getMany: async (partitionKey, rowKeys, select) => {
      const keys = [...new Set(rowKeys)].sort(byCodeUnit);
      const rows = await getSorted(partitionKey, keys, select);
      return new Map(rows.map((row) => [row.rowKey, row]));
    },
    getNear: async (partitionKey, rowKeys) => {
      const keys = [...new Set(rowKeys)].sort(byCodeUnit);
      const isFew = keys.length <= KEYS_A_QUERY;
      const rows = await (isFew ? getSorted(partitionKey, keys) : scan(partitionKey, keys));
      return new Map(rows.map((row) => [row.rowKey, row]));
    },
    across,
    range,
    write: async (operations) => {
      const [only] = operations;
      if (!only) return [];
      if (operations.length === 1) return [await translated(() => writeOne(client, only))];
      const actions = operations.map(toAction);
      const answer = await translated(() => client.submitTransaction(actions));
      return operations.map((operation, index) =>
        operation.op === 'delete' ? '' : (answer.subResponses[index]?.etag ?? ''),
      );
    },
  };
}

/** Table Storage compares keys by code unit, not by locale. */
function byCodeUnit(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

type ToRow = (entity: TableEntityResult<Record<string, unknown>>) => StoredRow;

function rowReader(name: string, newest = Number.POSITIVE_INFINITY): ToRow {
  return (entity) => {
    const row = toRow(entity);
    // A column that was not asked for says nothing.
    if (typeof row.v !== 'number' || row.v <= newest) return row;
    const what = `a row of the table ${name} has version ${row.v}`;
    throw new AppError('unavailable', `${what}; this build reads up to ${newest}`);
  };
}

/** A point read carries `odata.metadata` beside the row's properties, which is none of them. */
function toRow(entity: TableEntityResult<Record<string, unknown>>): StoredRow {
  const {
    partitionKey = '',
    rowKey = '',
    etag,
    timestamp: _,
    'odata.metadata': __,
    ...properties
  } = entity;
  return { ...properties, partitionKey, rowKey, etag };
}
