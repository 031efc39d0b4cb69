import { ALL_KEYS } from './key-ranges.ts';
import type { Change, RowChange, TableName } from './records.ts';
import { type KeptRow, type RowPosition, RowTable, rowCharacters } from './row-table.ts';

/** A table with its rows. */
export interface KeptTable extends TableName {
  readonly rows: RowTable;
  acl: unknown;
}

/** Rows in one change of a snapshot: what is done between two turns of the event loop. */
const SNAPSHOT_ROWS = 500;

/** All tables of all accounts, in memory. It changes by changes alone, so that they can be logged. */
export class Database {
  readonly #tables = new Map<string, KeptTable>();
  readonly #properties = new Map<string, object>();
  #garbage = 0;

  /** Characters of replaced and removed rows, which the log still has. */
  get garbage(): number {
    return this.#garbage;
  }

  /** Characters of the rows there are. */
  get characters(): number {
    let sum = 0;
    for (const { rows } of this.#tables.values()) sum += rows.characters;
    return sum;
  }

  table(name: TableName): KeptTable | undefined {
    return this.#tables.get(idOf(name));
  }

  tables(account: string): readonly KeptTable[] {
    return [...this.#tables.values()].filter((table) => table.account === account);
  }

  properties(account: string): object | undefined {
    return this.#properties.get(account);
  }

  /** Changes are the same when they are made again, one after another, from any of them on. */
  apply(change: Change): void {
    const table = change.kind === 'properties' ? undefined : this.table(change);
    switch (change.kind) {
      case 'rows':
        if (table) for (const row of change.rows) this.#putRow(table.rows, row);
        break;
      case 'table':
        if (table) table.acl = change.acl;
        else
          this.#tables.set(idOf(change), {
            ...nameOf(change),
            rows: new RowTable(),
            acl: change.acl,
          });
        break;
      case 'drop':
        this.#garbage += table?.rows.characters ?? 0;
        this.#tables.delete(idOf(change));
        break;
      case 'properties':
        this.#properties.set(change.account, change.properties);
    }
  }

  /**
   * Changes that make this database out of an empty one. They are made as they are asked for, so
   * those that come in between may be in them or not; make these again on top.
   */
  *snapshot(): Generator<Change> {
    for (const [account, properties] of this.#properties)
      yield { kind: 'properties', account, properties };
    for (const table of this.#tables.values()) {
      yield { kind: 'table', ...nameOf(table), acl: table.acl };
      let rows = rowsFrom(table, { partitionKey: '', rowKey: '' });
      for (let last = rows.at(-1); last; last = rows.at(-1)) {
        yield { kind: 'rows', ...nameOf(table), rows };
        rows = rowsFrom(table, { ...last, rowKey: `${last.rowKey}\u0000` });
      }
    }
  }

  /** The log is without what was garbage before. */
  collected(characters: number): void {
    this.#garbage -= characters;
  }

  #putRow(rows: RowTable, row: RowChange): void {
    const packed = rows.put(row, row.packed);
    if (packed !== undefined) this.#garbage += rowCharacters({ ...row, packed });
  }
}

function rowsFrom({ rows }: KeptTable, start: RowPosition): readonly KeptRow[] {
  const found: KeptRow[] = [];
  for (const row of rows.rows(ALL_KEYS, ALL_KEYS, start)) {
    found.push(row);
    if (found.length === SNAPSHOT_ROWS) break;
  }
  return found;
}

function nameOf({ account, table }: TableName): TableName {
  return { account, table };
}

/** Table Storage docs: "Table names are case-insensitive". */
function idOf({ account, table }: TableName): string {
  return `${account}/${table.toLowerCase()}`;
}
