import {
  type Operation,
  type Range,
  type Row,
  type Span,
  type StoredRow,
  type Table,
  type Tables,
  TRANSACTION_LIMIT,
} from '../../lib/azure/tables.ts';
import { AppError } from '../../lib/errors.ts';
import { SortedRows } from './sorted-rows.ts';

/** What the tables let others decide; by default nothing is awaited and pages are full. */
export interface MemoryTablesOptions {
  /** Awaited before each request, and again before the answer of a write. */
  readonly step?: (what: string) => Promise<void>;
  /** Rows the next page may hold at most: the service may end a page early and go on. */
  readonly pageRows?: () => number;
  /** Told of every row that was written, as it was and as it is; undefined where there is none. */
  readonly written?: (name: string, before: StoredRow | undefined, after?: StoredRow) => void;
}

/** Azure docs: Understanding the Table service data model, Query timeout and pagination. */
const LIMITS = { page: 1_000, keyChars: 512, textChars: 32_768, bytes: 65_536, columns: 252 };
const FORBIDDEN_IN_KEYS = /[/\\#?\p{Cc}]/u;

/** Keys that the real adapter names in one query: a reading of more is not one moment. */
const KEYS_A_QUERY = 12;

type Stored = Map<string, SortedRows>;

/** Table Storage in memory, with the service's own rules, so that a broken one shows. */
export class MemoryTables implements Tables {
  /** Transactions that changed something, by table. */
  readonly writes = new Map<string, number>();
  /** Deletions of rows that were not there although every condition beside them held. */
  readonly missedDeletions: string[] = [];
  readonly #tables = new Map<string, Stored>();
  readonly #step: (what: string) => Promise<void>;
  readonly #pageRows: () => number;
  readonly #written: NonNullable<MemoryTablesOptions['written']>;
  #etags = 0;

  constructor({ step, pageRows, written }: MemoryTablesOptions = {}) {
    this.#step = step ?? (async () => {});
    this.#pageRows = pageRows ?? (() => LIMITS.page);
    this.#written = written ?? (() => {});
  }

  async ensure(names: readonly string[]): Promise<void> {
    for (const name of names) if (!this.#tables.has(name)) this.#tables.set(name, new Map());
  }

  /** Every row of a table, in no order: for looking on from outside. */
  rows(name: string): readonly StoredRow[] {
    return [...this.#stored(name).values()].flatMap((partition) => [...partition.values()]);
  }

  table(name: string): Table {
    return {
      get: async (partitionKey, rowKey) => {
        await this.#step(`get ${name}`);
        const row = this.#tables.get(name)?.get(partitionKey)?.get(rowKey);
        return row && copied(row);
      },
      getMany: async (partitionKey, rowKeys, select) => {
        const found = new Map<string, StoredRow>();
        const keys = [...new Set(rowKeys)].sort(byCodeUnit);
        for (let at = 0; at < keys.length; at += KEYS_A_QUERY) {
          await this.#step(`getMany ${name}`);
          const partition = this.#stored(name).get(partitionKey);
          for (const key of keys.slice(at, at + KEYS_A_QUERY)) {
            const row = partition?.get(key);
            if (row) found.set(key, copied(row, select));
          }
        }
        return found;
      },
      getNear: (partitionKey, rowKeys) => this.table(name).getMany(partitionKey, rowKeys),
      across: (span) => this.#across(name, span),
      range: (range) => this.#range(name, range),
      write: async (operations) => {
        const [first] = operations;
        if (!first) return [];
        await this.#step(`write ${name}`);
        const etags = this.#transact(name, first.row.partitionKey, operations);
        await this.#step(`wrote ${name}`);
        return etags;
      },
    };
  }

  /** Each page is a request of its own: rows may come and go between two. */
  async *#range(name: string, range: Range): AsyncGenerator<readonly StoredRow[]> {
    const fits = condition(range.filter);
    let { from } = range;
    for (let isFirst = true; ; isFirst = false) {
      await this.#step(`range ${name}`);
      const partition = this.#stored(name).get(range.partitionKey) ?? new SortedRows();
      const wanted = Math.min(range.pageSize ?? LIMITS.page, LIMITS.page);
      const most = Math.max(1, Math.min(wanted, this.#pageRows()));
      const rows = firstOf(partition.between(from, range.to), most + 1, fits);
      const page = rows.slice(0, most);
      const last = page.at(-1);
      if (isFirst || last) yield page.map((row) => copied(row, range.select));
      if (!last || page.length === rows.length) return;
      from = `${last.rowKey}\0`;
    }
  }

  async *#across(
    name: string,
    { fromPartition, toPartition, rowKeys }: Span,
  ): AsyncGenerator<readonly StoredRow[]> {
    await this.#step(`across ${name}`);
    yield this.rows(name)
      .filter(({ partitionKey: key }) => key >= fromPartition && key <= toPartition)
      .filter(({ rowKey }) => rowKeys.includes(rowKey))
      .map((row) => copied(row));
  }

  #transact(name: string, partitionKey: string, operations: readonly Operation[]): string[] {
    checkShape(operations);
    const stored = this.#stored(name);
    const partition = stored.get(partitionKey) ?? new SortedRows();
    const failures = operations.map((operation) => failureOf(partition, operation));
    const failure = failures.find((one) => one !== undefined);
    if (failure) {
      if (failures.every((one) => one === undefined || one.code === 'not-found'))
        this.missedDeletions.push(...missedIn(name, partition, operations));
      throw failure;
    }
    stored.set(partitionKey, partition);
    this.writes.set(name, (this.writes.get(name) ?? 0) + 1);
    return operations.map((operation) => {
      const before = partition.get(operation.row.rowKey);
      const etag = this.#carryOut(partition, operation);
      this.#written(name, before, partition.get(operation.row.rowKey));
      return etag;
    });
  }

  #carryOut(partition: SortedRows, { op, row }: Operation): string {
    if (op === 'delete') {
      partition.delete(row.rowKey);
      return '';
    }
    this.#etags += 1;
    const etag = `W/"${this.#etags}"`;
    const before = op === 'merge' || op === 'patch' ? partition.get(row.rowKey) : undefined;
    const there = Object.entries(row).filter(([, value]) => value !== undefined && value !== null);
    const { partitionKey, rowKey } = row;
    const after = { ...before, ...Object.fromEntries(there), partitionKey, rowKey, etag };
    partition.set(rowKey, copied(after));
    return etag;
  }

  #stored(name: string): Stored {
    const stored = this.#tables.get(name);
    if (!stored) throw new AppError('not-found', `there is no table ${name}`);
    return stored;
  }
}

function firstOf(
  rows: Iterable<StoredRow>,
  most: number,
  fits: (row: StoredRow) => boolean,
): StoredRow[] {
  const found: StoredRow[] = [];
  for (const row of rows) {
    if (fits(row)) found.push(row);
    if (found.length === most) break;
  }
  return found;
}

function failureOf(partition: SortedRows, operation: Operation): AppError | undefined {
  const { op, row } = operation;
  const stored = partition.get(row.rowKey);
  if (op === 'put' || op === 'patch') return undefined;
  if (op === 'insert')
    return stored && new AppError('state-exists', `${row.rowKey} is there already`);
  if (!stored) return new AppError('not-found', `${row.rowKey} is not there`);
  const isMet = !('etag' in operation) || ['*', stored.etag].includes(operation.etag);
  return isMet ? undefined : new AppError('state-changed', `${row.rowKey} has changed`);
}

function missedIn(name: string, partition: SortedRows, operations: readonly Operation[]): string[] {
  return operations
    .filter(({ op, row }) => op === 'delete' && !partition.has(row.rowKey))
    .map(({ row }) => `${name} ${row.rowKey}`);
}

/** Azure docs: Performing entity group transactions. */
function checkShape(operations: readonly Operation[]): void {
  if (operations.length > TRANSACTION_LIMIT) refuse(`${operations.length} operations`);
  const keys = new Set(operations.map(({ row }) => row.rowKey));
  if (keys.size < operations.length) refuse('a row stands in it twice');
  const partitions = new Set(operations.map(({ row }) => row.partitionKey));
  if (partitions.size > 1) refuse('more than one partition');
  for (const { row } of operations) checkRow(row);
}

function checkRow(row: Row): void {
  for (const key of [row.partitionKey, row.rowKey])
    if (FORBIDDEN_IN_KEYS.test(key) || key.length > LIMITS.keyChars) refuse(`the key ${key}`);
  const values = Object.entries(row);
  if (values.length > LIMITS.columns + 2) refuse(`${values.length} properties`);
  for (const [name, value] of values) if (!isStorable(value)) refuse(`the property ${name}`);
}

function isStorable(value: unknown): boolean {
  if (typeof value === 'string') return value.length <= LIMITS.textChars;
  if (value instanceof Uint8Array) return value.length <= LIMITS.bytes;
  if (typeof value === 'number') return Number.isFinite(value);
  return value === undefined || value === null || ['boolean', 'bigint'].includes(typeof value);
}

function refuse(what: string): never {
  throw new AppError('bad-request', `the table does not take ${what}`);
}

/**
 * Of OData it knows `name eq` and `name ne` with true, a number or a text, and `name ge` and `name lt`
 * with a text, joined by `and`: it refuses to guess at more. A property that a row lacks compares as
 * neither.
 */
function condition(filter: string | undefined): (row: StoredRow) => boolean {
  const tests = (filter?.split(' and ') ?? []).map(comparison);
  return (row) => tests.every((fits) => fits(row));
}

function comparison(text: string): (row: StoredRow) => boolean {
  const [, name = '', operator = '', literal = ''] =
    /^(\w+) (eq|ne|ge|lt) (true|false|-?\d+|'[^']*')$/.exec(text) ?? [];
  const isOrder = operator === 'ge' || operator === 'lt';
  if (name === '' || (isOrder && !literal.startsWith("'"))) refuse(`the filter ${text}`);
  return (row) => {
    const value = row[name];
    if (value === undefined) return false;
    if (isOrder)
      return typeof value === 'string' && value >= literal.slice(1, -1) === (operator === 'ge');
    const isEqual = (typeof value === 'string' ? `'${value}'` : JSON.stringify(value)) === literal;
    return isEqual === (operator === 'eq');
  };
}

function copied(row: StoredRow, select?: readonly string[]): StoredRow {
  const { partitionKey, rowKey, etag } = row;
  const names = select ?? Object.keys(row);
  const values = names
    .filter((name) => row[name] !== undefined)
    .map((name) => {
      const value = row[name];
      return [name, value instanceof Uint8Array ? Buffer.from(value) : value];
    });
  return { ...Object.fromEntries(values), partitionKey, rowKey, etag };
}

function byCodeUnit(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
