import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TableStore } from '../../../local/table-store/table-store.ts';
import { type ModelRow, slowQuery, toEntity } from './row-model.ts';

const CONTEXT = {};
const TABLE = { account: 'a', table: 'rows' };
const TIME = '2026-01-01T00:00:00.0000000Z';

const key = fc.constantFrom('', 'a', 'a ', 'aa', 'b', 'B', '~', 'é', '\u{1f600}', '\uffee');
const row = fc.record({ partitionKey: key, rowKey: key, n: fc.nat(3) });
const rows = fc.uniqueArray(row, {
  maxLength: 60,
  selector: ({ partitionKey, rowKey }) => `${partitionKey}/${rowKey}`,
});

const comparison = fc
  .tuple(
    fc.constantFrom('PartitionKey', 'RowKey'),
    fc.constantFrom('eq', 'ne', 'gt', 'ge', 'lt', 'le'),
    key,
  )
  .map(([name, operator, value]) => `${name} ${operator} '${value}'`);
const other = fc.constantFrom('n eq 1', 'n ge 2', 'missing eq 1', "'a' le RowKey", 'RowKey gt 1');
const { filter } = fc.letrec<{ filter: string; pair: string }>((tie) => ({
  filter: fc.oneof({ depthSize: 'medium' }, comparison, comparison, other, tie('pair')),
  pair: fc
    .tuple(tie('filter'), fc.constantFrom('and', 'or', 'not'), tie('filter'))
    .map(([a, how, b]) => (how === 'not' ? `not (${a})` : `(${a}) ${how} (${b})`)),
}));

async function storeOf(all: readonly ModelRow[]): Promise<TableStore> {
  const store = new TableStore();
  await store.createTable(CONTEXT, TABLE);
  for (const each of all)
    await store.insertTableEntity(CONTEXT, 'rows', 'a', toEntity(each, TIME), '');
  return store;
}

/** Page after page, as a client reads. */
async function readPages(store: TableStore, options: { filter: string; top: number }) {
  const found: ModelRow[] = [];
  let next: [(string | undefined)?, (string | undefined)?] = [];
  do {
    const [page, ...more] = await store.queryTableEntities(CONTEXT, 'a', 'rows', options, ...next);
    expect(page.length).toBeLessThanOrEqual(options.top);
    for (const { PartitionKey, RowKey, properties } of page)
      found.push({ partitionKey: PartitionKey, rowKey: RowKey, n: Number(properties.n) });
    next = more;
  } while (next[0] !== undefined);
  return found;
}

describe('a query', () => {
  it('finds what evaluating the filter for every row finds, in order, on pages of any size', async () => {
    await fc.assert(
      fc.asyncProperty(rows, filter, fc.integer({ min: 1, max: 7 }), async (all, text, top) => {
        const store = await storeOf(all);
        expect(await readPages(store, { filter: text, top })).toEqual(slowQuery(all, text));
      }),
      { numRuns: 500 },
    );
  });

  it('refuses what is no filter', async () => {
    const store = await storeOf([]);
    for (const text of ['RowKey eq', '1 eq 1', 'and'])
      await expect(readPages(store, { filter: text, top: 1 })).rejects.toMatchObject({
        statusCode: 400,
      });
  });
});

describe('a batch', () => {
  const at = (rowKey: string, n: number) => toEntity({ partitionKey: 'p', rowKey, n }, TIME);
  const one = { partitionKey: 'p', rowKey: 'one', n: 1 };
  const all = { filter: "PartitionKey ge ''", top: 100 };

  it('is seen when it has ended well, as a whole', async () => {
    const store = await storeOf([one]);
    await store.insertTableEntity(CONTEXT, 'rows', 'a', at('two', 2), 'batch');
    await store.insertOrMergeTableEntity(CONTEXT, 'rows', 'a', at('one', 3), '*', 'batch');
    expect(await readPages(store, all)).toEqual([one]);
    await store.endBatchTransaction('a', 'rows', 'batch', CONTEXT, true);
    expect((await readPages(store, all)).map(({ n }) => n)).toEqual([3, 2]);
  });

  it('leaves nothing when it fails', async () => {
    const store = await storeOf([one]);
    await store.deleteTableEntity(CONTEXT, 'rows', 'a', 'p', 'one', '*', 'batch');
    await expect(
      store.insertTableEntity(CONTEXT, 'rows', 'a', at('one', 2), 'batch'),
    ).rejects.toMatchObject({ statusCode: 409 });
    await store.endBatchTransaction('a', 'rows', 'batch', CONTEXT, false);
    expect(await readPages(store, all)).toEqual([one]);
  });

  it('does not overwrite what changed since it looked', async () => {
    const store = await storeOf([one]);
    await store.insertOrUpdateTableEntity(CONTEXT, 'rows', 'a', at('one', 2), '*', 'batch');
    await store.insertOrUpdateTableEntity(CONTEXT, 'rows', 'a', at('one', 5), '*', '');
    const end = store.endBatchTransaction('a', 'rows', 'batch', CONTEXT, true);
    await expect(end).rejects.toThrow('at the same time');
    expect((await readPages(store, all)).map(({ n }) => n)).toEqual([5]);
  });

  it('stays in one partition', async () => {
    const store = await storeOf([]);
    await store.insertTableEntity(CONTEXT, 'rows', 'a', at('one', 1), 'batch');
    const elsewhere = toEntity({ partitionKey: 'q', rowKey: 'one', n: 1 }, TIME);
    await expect(
      store.insertTableEntity(CONTEXT, 'rows', 'a', elsewhere, 'batch'),
    ).rejects.toMatchObject({ statusCode: 400 });
  });
});

describe('tables', () => {
  it('are found without regard to case, listed in pages, and dropped with their rows', async () => {
    const store = await storeOf([{ partitionKey: 'p', rowKey: 'r', n: 1 }]);
    for (const table of ['Beta', 'alpha'])
      await store.createTable(CONTEXT, { account: 'a', table });
    const again = store.createTable(CONTEXT, { account: 'a', table: 'ROWS' });
    await expect(again).rejects.toMatchObject({ statusCode: 409 });
    const [page, next] = await store.queryTable(CONTEXT, 'a', { top: 2 });
    expect([page.map(({ table }) => table), next]).toEqual([['Beta', 'alpha'], 'rows']);
    const [named] = await store.queryTable(CONTEXT, 'a', { filter: "TableName eq 'alpha'" });
    expect(named).toEqual([{ account: 'a', table: 'alpha' }]);
    await store.deleteTable(CONTEXT, 'Rows', 'a');
    await expect(store.getTable('a', 'rows', CONTEXT)).rejects.toMatchObject({ statusCode: 404 });
    await store.createTable(CONTEXT, TABLE);
    expect(await readPages(store, { filter: "RowKey ge ''", top: 9 })).toEqual([]);
  });

  it('keep their access policies, and accounts their properties', async () => {
    const store = await storeOf([]);
    await store.setTableACL('a', 'rows', CONTEXT, [{ id: 'one' }]);
    expect(await store.getTable('a', 'rows', CONTEXT)).toEqual({
      ...TABLE,
      tableAcl: [{ id: 'one' }],
    });
    await store.setServiceProperties(CONTEXT, {
      accountName: 'a',
      cors: [],
      logging: { read: true },
    });
    await store.setServiceProperties(CONTEXT, { accountName: 'a', cors: [1], logging: undefined });
    expect(await store.getServiceProperties(CONTEXT, 'a')).toEqual({
      accountName: 'a',
      cors: [1],
      logging: { read: true },
    });
    expect(await store.getServiceProperties(CONTEXT, 'b')).toBeUndefined();
  });
});
