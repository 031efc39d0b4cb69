import { appendFileSync, mkdtempSync, readdirSync, rmSync, statSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openTables, type Table } from '../../../lib/azure/tables.ts';
import { TableStore } from '../../../local/table-store/table-store.ts';
import { startTables } from '../../../local/tables.ts';
import { toEntity } from './row-model.ts';

const CONTEXT = {};
const TABLE = { account: 'a', table: 'rows' };
const TIME = '2026-01-01T00:00:00.0000000Z';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tandem-table-store-'));
});

afterEach(() => rmSync(folder, { recursive: true }));

const entity = (rowKey: string, n: number) => toEntity({ partitionKey: 'p', rowKey, n }, TIME);
const files = () => readdirSync(folder).sort();

async function put(store: TableStore, rowKey: string, n: number): Promise<void> {
  await store.insertOrUpdateTableEntity(CONTEXT, 'rows', 'a', entity(rowKey, n));
}

async function contents(store: TableStore): Promise<readonly (readonly [string, unknown])[]> {
  const [rows] = await store.queryTableEntities(CONTEXT, 'a', 'rows', {});
  return rows.map(({ RowKey, properties }) => [RowKey, properties.n]);
}

/** Reads the folder as a new process does, without ending the store that wrote it. */
async function reread(): Promise<readonly (readonly [string, unknown])[]> {
  const again = new TableStore({ folder });
  const found = await contents(again);
  await again.close();
  return found;
}

describe('a killed table service', () => {
  it('has every answered write, and each transaction as a whole', async () => {
    const first = await startTables({ dataDir: folder });
    const before = openTables({ connectionString: first.connectionString });
    await before.ensure(['rows']);
    const answered: number[] = [];
    const writers = [0, 1, 2, 3].map((n) => writeUntilItFails(before.table('rows'), n, answered));
    await vi.waitFor(() => expect(answered.length).toBeGreaterThan(40), { timeout: 20_000 });
    process.kill(first.pid, 'SIGKILL');
    await first.exited;
    await Promise.all(writers);

    const second = await startTables({ dataDir: folder });
    const table = openTables({ connectionString: second.connectionString }).table('rows');
    const found = new Map<string, number>();
    for await (const page of table.range({ partitionKey: 'p', from: '', to: '~' }))
      for (const { rowKey } of page) {
        const batch = rowKey.split('.')[0] ?? '';
        found.set(batch, (found.get(batch) ?? 0) + 1);
      }
    await second.close();
    expect(answered.filter((batch) => !found.has(String(batch)))).toEqual([]);
    expect(new Set(found.values())).toEqual(new Set([10]));
  });

  async function writeUntilItFails(table: Table, first: number, answered: number[]) {
    for (let batch = first; ; batch += 4) {
      const rows = Array.from({ length: 10 }, (_, n) => ({
        op: 'insert' as const,
        row: { partitionKey: 'p', rowKey: `${batch}.${n}`, text: 'x'.repeat(500) },
      }));
      try {
        await table.write(rows);
      } catch {
        return;
      }
      answered.push(batch);
    }
  }
});

describe('the log', () => {
  it('keeps what was written, replaced, removed and dropped', async () => {
    const store = new TableStore({ folder });
    await store.createTable(CONTEXT, TABLE);
    await store.createTable(CONTEXT, { ...TABLE, table: 'gone' });
    await store.setTableACL('a', 'rows', CONTEXT, [{ id: 'one' }]);
    await store.setServiceProperties(CONTEXT, { accountName: 'a', cors: [] });
    for (const each of ['', 'zoë', '\u{1f600}']) await put(store, each, 1);
    await put(store, 'zoë', 2);
    await store.deleteTableEntity(CONTEXT, 'rows', 'a', 'p', '', '*');
    await store.deleteTable(CONTEXT, 'gone', 'a');
    await store.close();
    await expect(put(store, 'late', 1)).rejects.toThrow('closed');

    const again = new TableStore({ folder });
    expect(await contents(again)).toEqual([
      ['zoë', 2],
      ['\u{1f600}', 1],
    ]);
    expect(await again.getTable('a', 'rows', CONTEXT)).toMatchObject({ tableAcl: [{ id: 'one' }] });
    expect(await again.getServiceProperties(CONTEXT, 'a')).toMatchObject({ cors: [] });
    await expect(again.getTable('a', 'gone', CONTEXT)).rejects.toMatchObject({ statusCode: 404 });
    await again.close();
  });

  it('goes on after a line that was cut off', async () => {
    const store = new TableStore({ folder });
    await store.createTable(CONTEXT, TABLE);
    await put(store, 'whole', 1);
    await put(store, 'cut off', 1);
    await store.close();
    const path = join(folder, files()[0] ?? '');
    truncateSync(path, statSync(path).size - 3);

    const again = new TableStore({ folder });
    await put(again, 'next', 1);
    await again.close();
    expect(await reread()).toEqual([
      ['next', 1],
      ['whole', 1],
    ]);
  });

  it('does not hide a line that it does not know', async () => {
    const store = new TableStore({ folder });
    await store.createTable(CONTEXT, TABLE);
    await store.close();
    const path = join(folder, files()[0] ?? '');
    appendFileSync(path, 'something else\n');
    expect(() => new TableStore({ folder })).toThrow('unknown kind');
  });
});

describe('a snapshot', () => {
  it('takes the place of a log that is mostly garbage, while writing goes on', async () => {
    const store = new TableStore({ folder, smallGarbage: 2_000 });
    await store.createTable(CONTEXT, TABLE);
    const keys = Array.from({ length: 1_200 }, (_, n) => `k${n}`);
    for (let round = 1; round <= 4; round += 1)
      for (const key of keys) await put(store, key, round);
    // The first turn of a snapshot has been taken; these come in between.
    await put(store, 'k0', 5);
    await store.deleteTableEntity(CONTEXT, 'rows', 'a', 'p', 'k1', '*');
    await vi.waitFor(() => expect(files().some((name) => name.endsWith('.snapshot'))).toBe(true));
    await vi.waitFor(() => expect(files()).toHaveLength(2));
    await put(store, 'k2', 6);
    await store.close();

    const rounds = new Map(await reread());
    expect(rounds.has('k1')).toBe(false);
    expect([rounds.get('k0'), rounds.get('k2'), rounds.get('k3')]).toEqual([5, 6, 4]);
    const again = new TableStore({ folder });
    for (const key of keys.slice(2)) {
      const kept = await again.queryTableEntitiesWithPartitionAndRowKey(
        CONTEXT,
        'rows',
        'a',
        'p',
        key,
      );
      expect(kept?.properties.n).toBe(key === 'k2' ? 6 : 4);
    }
    await again.close();
  });

  it('is made of a log that has been read back', async () => {
    const store = new TableStore({ folder });
    await store.createTable(CONTEXT, TABLE);
    for (let n = 0; n < 100; n += 1) await put(store, `k${n}`, n);
    await store.close();
    const again = new TableStore({ folder, smallGarbage: 100 });
    await vi.waitFor(() =>
      expect(files()).toEqual(['tables-00000002.log', 'tables-00000002.snapshot']),
    );
    await again.close();
    expect(await reread()).toHaveLength(100);
  });

  it('that was not finished does not count', async () => {
    const store = new TableStore({ folder, smallGarbage: 10 });
    await store.createTable(CONTEXT, TABLE);
    for (const n of [1, 2, 3, 4]) await put(store, 'one', n);
    // Ends in the middle of the snapshot that has begun.
    await store.close();
    expect(await reread()).toEqual([['one', 4]]);
    expect(files().filter((name) => !name.endsWith('.log'))).toEqual([]);
  });
});
