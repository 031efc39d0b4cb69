import { type Context, type Entity, storageErrors, type TableModel } from './azurite.ts';
import { Batches } from './batches.ts';
import { ChangeLog } from './change-log.ts';
import { fromHeader, toHeader } from './continuation.ts';
import { Database, type KeptTable } from './database.ts';
import { unpackRow } from './packed-row.ts';
import { parseFilter, type QueryOptions, queryRows } from './query-rows.ts';
import type { Change, RowChange } from './records.ts';
import { insertion, merging, removal, replacement } from './row-writes.ts';

const SMALL_GARBAGE = 64 * 1024 * 1024;

/** Where the tables are kept. */
export interface TableStoreOptions {
  /** A folder that is there; in memory alone without one. */
  readonly folder?: string | undefined;
  /** Garbage in the log that is not worth a snapshot, in characters. */
  readonly smallGarbage?: number;
}

const MOST_TABLES = 1_000;

/**
 * Where Azurite's table service keeps its data (its `ITableMetadataStore`, which sets the names and
 * the many parameters of these methods). Its own store sorts a table for every page and copies
 * sorted lists for every row; this one costs what a request reads or writes.
 *
 * Every change is made within one turn of the event loop, so that requests do not see each other's.
 */
export class TableStore {
  readonly #database = new Database();
  readonly #batches = new Batches();
  readonly #smallGarbage: number;
  readonly #log: ChangeLog | undefined;
  #compacting = false;
  constructor({ folder, smallGarbage = SMALL_GARBAGE }: TableStoreOptions = {}) {
    this.#smallGarbage = smallGarbage;
    if (folder === undefined) return;
    this.#log = ChangeLog.open(folder, (change) => this.#database.apply(change));
    // Rows come back several times faster from a snapshot, where they are in order.
    if (this.#log.replayed > Math.max(smallGarbage, this.#database.characters / 2)) this.#compact();
  }

  async close(): Promise<void> {
    await this.#log?.close();
  }

  async createTable(context: Context, { account, table }: TableModel): Promise<void> {
    if (this.#database.table({ account, table }))
      throw storageErrors.getTableAlreadyExists(context);
    this.#commit({ kind: 'table', account, table, acl: undefined });
  }

  async deleteTable(context: Context, table: string, account: string): Promise<void> {
    if (!this.#database.table({ account, table })) throw storageErrors.ResourceNotFound(context);
    this.#commit({ kind: 'drop', account, table });
  }

  async setTableACL(
    account: string,
    table: string,
    context: Context,
    acl?: unknown,
  ): Promise<void> {
    this.#table(context, account, table);
    this.#commit({ kind: 'table', account, table, acl });
  }

  async getTable(account: string, table: string, context: Context): Promise<TableModel> {
    return toModel(this.#table(context, account, table));
  }

  async queryTable(
    context: Context,
    account: string,
    { filter, top }: QueryOptions,
    nextTable = '',
  ): Promise<[TableModel[], string | undefined]> {
    const { meets } = parseFilter(context, filter);
    const tables = this.#database
      .tables(account)
      .map(toModel)
      .filter((table) => table.table >= nextTable && meets(table))
      .sort((a, b) => (a.table < b.table ? -1 : 1));
    const most = top || MOST_TABLES;
    return [tables.slice(0, most), tables[most]?.table];
  }

  async insertTableEntity(
    context: Context,
    table: string,
    account: string,
    entity: Entity,
    batchId?: string,
  ): Promise<void> {
    const target = this.#table(context, account, table);
    const change = insertion({ context, rows: target.rows, entity });
    this.#write(context, target, change, batchId);
  }

  async insertOrUpdateTableEntity(
    context: Context,
    table: string,
    account: string,
    entity: Entity,
    ifMatch?: string,
    batchId?: string,
  ): Promise<void> {
    const target = this.#table(context, account, table);
    const change = replacement({ context, rows: target.rows, entity }, ifMatch);
    this.#write(context, target, change, batchId);
  }

  async insertOrMergeTableEntity(
    context: Context,
    table: string,
    account: string,
    entity: Entity,
    ifMatch?: string,
    batchId?: string,
  ): Promise<void> {
    const target = this.#table(context, account, table);
    const change = merging({ context, rows: target.rows, entity }, ifMatch);
    this.#write(context, target, change, batchId);
  }

  async deleteTableEntity(
    context: Context,
    table: string,
    account: string,
    partitionKey: string,
    rowKey: string,
    etag: string,
    batchId?: string,
  ): Promise<void> {
    const target = this.#table(context, account, table);
    const change = removal({ context, rows: target.rows }, { partitionKey, rowKey }, etag);
    this.#write(context, target, change, batchId);
  }

  async queryTableEntities(
    context: Context,
    account: string,
    table: string,
    { filter, top }: QueryOptions,
    nextPartitionKey?: string,
    nextRowKey?: string,
  ): Promise<[readonly Entity[], string | undefined, string | undefined]> {
    const { rows } = this.#table(context, account, table);
    const start = { partitionKey: fromHeader(nextPartitionKey), rowKey: fromHeader(nextRowKey) };
    const page = queryRows(rows, { filter: parseFilter(context, filter), top }, start);
    return [page.rows, toHeader(page.next?.partitionKey), toHeader(page.next?.rowKey)];
  }

  async queryTableEntitiesWithPartitionAndRowKey(
    context: Context,
    table: string,
    account: string,
    partitionKey: string,
    rowKey: string,
  ): Promise<Entity | undefined> {
    const packed = this.#table(context, account, table).rows.get({ partitionKey, rowKey });
    return packed === undefined ? undefined : unpackRow({ partitionKey, rowKey, packed });
  }

  async getTableAccessPolicy(context: Context): Promise<never> {
    throw storageErrors.getNotImplementedError(context);
  }

  async setTableAccessPolicy(context: Context): Promise<never> {
    throw storageErrors.getNotImplementedError(context);
  }

  async getServiceProperties(_: Context, account: string): Promise<object | undefined> {
    const properties = this.#database.properties(account);
    return properties && structuredClone(properties);
  }

  /** Properties that are left out stay as they are. */
  async setServiceProperties(
    _: Context,
    { accountName, ...given }: { readonly accountName: string; readonly [name: string]: unknown },
  ): Promise<void> {
    const set = Object.entries(given).filter(([, value]) => value !== undefined);
    const before = this.#database.properties(accountName);
    const properties = { ...before, ...Object.fromEntries(set), accountName };
    this.#commit({ kind: 'properties', account: accountName, properties });
  }

  async beginBatchTransaction(): Promise<void> {}

  async endBatchTransaction(
    _account: string,
    _table: string,
    batchId: string,
    context: Context,
    succeeded: boolean,
  ): Promise<void> {
    const batch = this.#batches.end(batchId, succeeded);
    if (!batch) return;
    const { account, table } = batch.table;
    if (this.#table(context, account, table) !== batch.table)
      throw storageErrors.getTableNotExist(context);
    this.#commit({ kind: 'rows', account, table, rows: batch.rows });
  }

  #table(context: Context, account: string, table: string): KeptTable {
    const found = this.#database.table({ account, table });
    if (!found) throw storageErrors.getTableNotExist(context);
    return found;
  }

  #write(context: Context, table: KeptTable, change: RowChange, batchId: string | undefined): void {
    if (batchId) this.#batches.add(context, batchId, { table, change });
    else this.#commit({ kind: 'rows', account: table.account, table: table.table, rows: [change] });
  }

  /** On disk first: what cannot be written is not made. */
  #commit(change: Change): void {
    this.#log?.append(change);
    this.#database.apply(change);
    this.#compactIfWorthIt();
  }

  /** Where more of the log is garbage than is not, and enough to matter. */
  #compactIfWorthIt(): void {
    const { garbage } = this.#database;
    if (garbage > this.#smallGarbage && garbage > this.#database.characters) this.#compact();
  }

  #compact(): void {
    if (!this.#log || this.#compacting) return;
    this.#compacting = true;
    const { garbage } = this.#database;
    this.#log
      .compact(this.#database.snapshot())
      // The logs are as they were: nothing is lost, and as much garbage again is the next occasion.
      .catch((error: unknown) =>
        process.stderr.write(`No snapshot of the tables: ${String(error)}\n`),
      )
      .finally(() => {
        this.#compacting = false;
        this.#database.collected(garbage);
      });
  }
}

function toModel({ account, table, acl }: KeptTable): TableModel {
  return acl === undefined ? { account, table } : { account, table, tableAcl: acl };
}
