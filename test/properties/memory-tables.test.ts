import { describe, expect, it } from 'vitest';
import type { Operation, Row, Table } from '../../lib/azure/tables.ts';
import { MemoryTables, type MemoryTablesOptions } from './memory-tables.ts';

async function open(options?: MemoryTablesOptions): Promise<Table> {
  const tables = new MemoryTables(options);
  await tables.ensure(['rows']);
  return tables.table('rows');
}

const rowOf = (rowKey: string, properties: Partial<Row> = {}): Row => ({
  partitionKey: 'p',
  rowKey,
  ...properties,
});

const put = (rowKey: string): Operation => ({ op: 'put', row: rowOf(rowKey) });

async function keysOf(table: Table, bounds = { from: ' ', to: '~' }): Promise<string[][]> {
  const pages: string[][] = [];
  for await (const page of table.range({ partitionKey: 'p', ...bounds }))
    pages.push(page.map((row) => row.rowKey));
  return pages;
}

// The real tables are held to the same words in test/contract/tables.test.ts.
describe('a row in the tables in memory', () => {
  it('keeps its types, without what is undefined, and is a copy', async () => {
    const table = await open();
    const bytes = Buffer.from([0, 255]);
    const row = rowOf('r', { text: '', yes: true, n: 42, bytes, left: undefined });
    const [etag] = await table.write([{ op: 'insert', row }]);
    bytes.fill(7);
    const { left: _, ...kept } = row;
    expect(await table.get('p', 'r')).toEqual({ ...kept, bytes: Buffer.from([0, 255]), etag });
    expect(await table.get('p', 'other')).toBeUndefined();
  });

  it('is inserted once, put and patched always', async () => {
    const table = await open();
    await table.write([{ op: 'patch', row: rowOf('r', { a: 1, b: 1 }) }]);
    await table.write([{ op: 'patch', row: rowOf('r', { a: 2 }) }]);
    expect(await table.get('p', 'r')).toMatchObject({ a: 2, b: 1 });
    await table.write([{ op: 'put', row: rowOf('r', { a: 3 }) }]);
    expect(await table.get('p', 'r')).not.toHaveProperty('b');
    const again = table.write([{ op: 'insert', row: rowOf('r') }]);
    await expect(again).rejects.toMatchObject({ code: 'state-exists' });
  });

  it.each(['replace', 'merge'] as const)('takes a %s at its etag only', async (op) => {
    const table = await open();
    const row = rowOf('r', { a: 1, b: 1 });
    const missing = table.write([{ op, row, etag: '*' }]);
    await expect(missing).rejects.toMatchObject({ code: 'not-found' });
    const [first = ''] = await table.write([{ op: 'insert', row }]);
    const [second = ''] = await table.write([{ op, row: rowOf('r', { a: 2 }), etag: first }]);
    const stale = table.write([{ op, row, etag: first }]);
    await expect(stale).rejects.toMatchObject({ code: 'state-changed' });
    expect(await table.get('p', 'r')).toEqual({
      ...rowOf('r', { a: 2, ...(op === 'merge' && { b: 1 }) }),
      etag: second,
    });
    await table.write([{ op, row, etag: '*' }]);
  });

  it('is deleted once', async () => {
    const table = await open();
    await table.write([put('r')]);
    expect(await table.write([{ op: 'delete', row: rowOf('r') }])).toEqual(['']);
    const again = table.write([{ op: 'delete', row: rowOf('r') }]);
    await expect(again).rejects.toMatchObject({ code: 'not-found' });
  });
});

describe('a transaction on the tables in memory', () => {
  it('is all or nothing', async () => {
    const table = await open();
    await table.write([put('b')]);
    const inserts = ['a', 'b', 'c'].map((key): Operation => ({ op: 'insert', row: rowOf(key) }));
    await expect(table.write(inserts)).rejects.toMatchObject({ code: 'state-exists' });
    expect(await keysOf(table)).toEqual([['b']]);
  });

  const hundredAndOne = Array.from({ length: 101 }, (_, n) => put(`k${n}`));
  const elsewhere = { op: 'put', row: { partitionKey: 'q', rowKey: 'a' } } as const;
  const refused: [what: string, operations: readonly Operation[]][] = [
    ['more than 100 operations', hundredAndOne],
    ['a row twice', [put('a'), { op: 'delete', row: rowOf('a') }]],
    ['two partitions', [put('a'), elsewhere]],
    ...['a/b', 'a\\b', 'a#b', 'a?b', 'a\tb', 'a\u0080b'].map((key): [string, Operation[]] => [
      `the key ${JSON.stringify(key)}`,
      [put(key)],
    ]),
    ['a text of more than 64 KiB', [{ op: 'put', row: rowOf('a', { text: 'x'.repeat(32_769) }) }]],
    ['bytes of more than 64 KiB', [{ op: 'put', row: rowOf('a', { b: Buffer.alloc(65_537) }) }]],
    ['an object', [{ op: 'put', row: rowOf('a', { object: {} }) }]],
  ];

  it.each(refused)('does not take %s', async (_, operations) => {
    const table = await open();
    await expect(table.write(operations)).rejects.toMatchObject({ code: 'bad-request' });
    expect(await keysOf(table)).toEqual([[]]);
  });

  it('takes 100 operations, and none', async () => {
    const table = await open();
    expect(await table.write(hundredAndOne.slice(1))).toHaveLength(100);
    expect(await table.write([])).toEqual([]);
  });
});

describe('reading the tables in memory', () => {
  it('goes by code units, from the first key to before the last', async () => {
    const table = await open();
    await table.write(['a', 'B', 'é', 'a:', 'a-', 'z'].map(put));
    expect(await keysOf(table, { from: 'B', to: 'z' })).toEqual([['B', 'a', 'a-', 'a:']]);
    expect(await keysOf(table, { from: 'a', to: '\uffff' })).toEqual([['a', 'a-', 'a:', 'z', 'é']]);
  });

  it('ends pages early where told to, and loses nothing', async () => {
    const sizes = [1, 3];
    const table = await open({ pageRows: () => sizes.shift() ?? 2 });
    await table.write(['a', 'b', 'c', 'd', 'e'].map(put));
    expect(await keysOf(table)).toEqual([['a'], ['b', 'c', 'd'], ['e']]);
  });

  it('sees between two pages what others wrote', async () => {
    const table = await open({ pageRows: () => 1 });
    await table.write(['a', 'c', 'd'].map(put));
    const pages = table.range({ partitionKey: 'p', from: 'a', to: 'z' });
    expect((await pages.next()).value).toMatchObject([{ rowKey: 'a' }]);
    await table.write([put('b'), { op: 'delete', row: rowOf('c') }]);
    expect((await pages.next()).value).toMatchObject([{ rowKey: 'b' }]);
    expect((await pages.next()).value).toMatchObject([{ rowKey: 'd' }]);
  });

  it('takes a condition, a selection and a page size', async () => {
    const table = await open();
    for (const key of ['a', 'b', 'c'])
      await table.write([{ op: 'put', row: rowOf(key, { yes: key !== 'b', n: 1 }) }]);
    const bounds = { partitionKey: 'p', from: 'a', to: 'z', pageSize: 1, select: ['n'] };
    const found = [];
    for await (const page of table.range({ ...bounds, filter: 'yes eq true' })) found.push(page);
    const etag = expect.any(String);
    expect(found).toEqual(['a', 'c'].map((key) => [{ ...rowOf(key, { n: 1 }), etag }]));
    const more = table.range({ ...bounds, filter: 'n gt 1' }).next();
    await expect(more).rejects.toMatchObject({ code: 'bad-request' });
  });

  it('finds many rows by their keys', async () => {
    const table = await open();
    await table.write(Array.from({ length: 40 }, (_, n) => put(`k${n}`)));
    const found = await table.getMany('p', [
      'k3',
      'k3',
      'none',
      ...'012'.split('').map((n) => `k3${n}`),
    ]);
    expect([...found.keys()].sort()).toEqual(['k3', 'k30', 'k31', 'k32']);
  });

  it('finds nothing where there is no such table, and fails otherwise', async () => {
    const table = new MemoryTables().table('rows');
    expect(await table.get('p', 'r')).toBeUndefined();
    await expect(table.write([put('r')])).rejects.toMatchObject({ code: 'not-found' });
    await expect(keysOf(table)).rejects.toMatchObject({ code: 'not-found' });
  });
});
