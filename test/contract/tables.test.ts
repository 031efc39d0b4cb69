import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTables, type Row, type Table, type Tables } from '../../lib/azure/tables.ts';
import { telemetry } from '../../lib/azure/telemetry.ts';
import { startTables } from '../../local/tables.ts';

let tables: Tables;
let table: Table;
let service: Awaited<ReturnType<typeof startTables>>;

beforeAll(async () => {
  service = await startTables();
  tables = openTables({ connectionString: service.connectionString });
  await tables.ensure(['rows']);
  table = tables.table('rows');
});

afterAll(() => service.close());

const partition = () => randomUUID();
const key = (n: number) => `k${String(n).padStart(5, '0')}`;

async function fill(partitionKey: string, count: number): Promise<readonly string[]> {
  const keys = Array.from({ length: count }, (_, n) => key(n));
  for (let at = 0; at < count; at += 100)
    await table.write(
      keys
        .slice(at, at + 100)
        .map((rowKey) => ({ op: 'insert', row: { partitionKey, rowKey, text: rowKey, n: 1 } })),
    );
  return keys;
}

async function requestsOf<T>(work: () => Promise<T>): Promise<[T, number]> {
  const before = telemetry.snapshot()['tables.transactions'] ?? 0;
  const value = await work();
  return [value, (telemetry.snapshot()['tables.transactions'] ?? 0) - before];
}

describe('a row of a version that is not known yet', () => {
  it('is refused however it is read, and its neighbours are not', async () => {
    const partitionKey = partition();
    const known = openTables({ connectionString: service.connectionString }, { rows: 2 });
    const rows = known.table('rows');
    const row = (n: number, v: number) => ({ partitionKey, rowKey: key(n), v });
    await rows.write([1, 2, 3].map((v) => ({ op: 'insert', row: row(v, v) })));
    expect(await rows.get(partitionKey, key(1))).toMatchObject({ v: 1 });
    expect(await rows.get(partitionKey, key(2))).toMatchObject({ v: 2 });
    const refused = expect.objectContaining({
      code: 'unavailable',
      message: 'a row of the table rows has version 3; this build reads up to 2',
    });
    await expect(rows.get(partitionKey, key(3))).rejects.toEqual(refused);
    await expect(rows.getMany(partitionKey, [key(1), key(3)])).rejects.toEqual(refused);
    const range = { partitionKey, from: 'k', to: 'l' };
    await expect(rows.range(range).next()).rejects.toEqual(refused);
    // What reads no column of it, reads nothing wrong.
    const keys = await rows.range({ ...range, select: ['text'] }).next();
    expect(keys.value).toHaveLength(3);
  });
});

describe('one row', () => {
  it('keeps its types', async () => {
    const row = {
      partitionKey: partition(),
      rowKey: "it's a 100% key & more:+",
      text: 'Zoë \u{1f600}',
      empty: '',
      yes: true,
      number: 42,
      bytes: Buffer.from([0, 255, 10]),
      long: 2n ** 53n,
      left: undefined,
    };
    const [etag] = await table.write([{ op: 'insert', row }]);
    const { left: _, ...kept } = row;
    expect(await table.get(row.partitionKey, row.rowKey)).toEqual({ ...kept, etag });
  });

  it('is undefined where it is not there, as is its table', async () => {
    expect(await table.get(partition(), 'nothing')).toBeUndefined();
    await tables.ensure(['rows', 'rows']);
  });
});

// A single operation and one of a transaction go different ways through the SDK.
describe.each([{ others: 0 }, { others: 2 }])(
  'an operation beside $others others',
  ({ others }) => {
    const write = async (operation: Parameters<Table['write']>[0][number]) => {
      const { partitionKey } = operation.row;
      const extra = Array.from({ length: others }, () => ({
        op: 'insert' as const,
        row: { partitionKey, rowKey: randomUUID() },
      }));
      const etags = await table.write([operation, ...extra]);
      expect(etags).toHaveLength(others + 1);
      return etags[0] ?? '';
    };
    const newRow = (): Row => ({ partitionKey: partition(), rowKey: 'r', a: '1', b: '1' });
    const read = (row: Row) => table.get(row.partitionKey, row.rowKey);

    it('insert meets a row that is there', async () => {
      const row = newRow();
      const etag = await write({ op: 'insert', row });
      expect(await read(row)).toEqual({ ...row, etag });
      await expect(write({ op: 'insert', row })).rejects.toMatchObject({ code: 'state-exists' });
    });

    it('put replaces and patch merges, and both insert', async () => {
      const row = newRow();
      await write({ op: 'put', row });
      const { b: _, ...partly } = row;
      await write({ op: 'patch', row: { ...partly, a: '2' } });
      expect(await read(row)).toMatchObject({ a: '2', b: '1' });
      const etag = await write({ op: 'put', row: partly });
      expect(await read(row)).toEqual({ ...partly, etag });
      await write({ op: 'patch', row: newRow() });
    });

    it('replace and merge need the row at its etag', async () => {
      const row = newRow();
      for (const op of ['replace', 'merge'] as const) {
        await expect(write({ op, row: newRow(), etag: '*' })).rejects.toMatchObject({
          code: 'not-found',
        });
      }
      const first = await write({ op: 'insert', row });
      const second = await write({ op: 'merge', row: { ...row, a: '2' }, etag: first });
      expect(second).not.toBe(first);
      for (const op of ['replace', 'merge'] as const) {
        await expect(write({ op, row, etag: first })).rejects.toMatchObject({
          code: 'state-changed',
          retryable: true,
        });
      }
      const { b: _, ...partly } = row;
      const third = await write({ op: 'replace', row: partly, etag: second });
      expect(await read(row)).toEqual({ ...partly, etag: third });
      await write({ op: 'merge', row, etag: '*' });
    });

    it('delete needs the row', async () => {
      const row = newRow();
      await write({ op: 'insert', row });
      expect(await write({ op: 'delete', row })).toBe('');
      expect(await read(row)).toBeUndefined();
      await expect(write({ op: 'delete', row })).rejects.toMatchObject({ code: 'not-found' });
    });
  },
);

describe('a transaction', () => {
  it('is all or nothing', async () => {
    const partitionKey = partition();
    await table.write([{ op: 'insert', row: { partitionKey, rowKey: 'b' } }]);
    const rows = ['a', 'b', 'c'].map((rowKey) => ({ partitionKey, rowKey }));
    const failure = table.write(rows.map((row) => ({ op: 'insert', row })));
    await expect(failure).rejects.toMatchObject({ code: 'state-exists' });
    expect((await table.getMany(partitionKey, ['a', 'b', 'c'])).size).toBe(1);
  });

  it('takes 100 operations as one request, and no 101st', async () => {
    const partitionKey = partition();
    const rows = Array.from({ length: 101 }, (_, n) => ({
      op: 'insert' as const,
      row: { partitionKey, rowKey: key(n) },
    }));
    await expect(table.write(rows)).rejects.toMatchObject({ code: 'bad-request' });
    const [etags, requests] = await requestsOf(() => table.write(rows.slice(1)));
    expect(new Set(etags).size).toBeGreaterThan(0);
    expect(requests).toBe(1);
    expect(await table.write([])).toEqual([]);
  });

  it('names a row only once', async () => {
    const row = { partitionKey: partition(), rowKey: 'a' };
    await expect(
      table.write([
        { op: 'put', row },
        { op: 'put', row },
      ]),
    ).rejects.toMatchObject({ code: 'bad-request' });
  });
});

describe('reading many rows', () => {
  it('names 12 a request, and gives what is there', async () => {
    const partitionKey = partition();
    const keys = await fill(partitionKey, 40);
    const wanted = [...keys.slice(5, 28), 'missing', keys[5] ?? ''];
    const [rows, requests] = await requestsOf(() => table.getMany(partitionKey, wanted));
    expect([...rows.keys()].sort()).toEqual(keys.slice(5, 28));
    expect(requests).toBe(2);
    expect((await requestsOf(() => table.getMany(partitionKey, keys.slice(3, 4))))[1]).toBe(1);
    expect(await requestsOf(() => table.getMany(partitionKey, []))).toEqual([new Map(), 0]);
  });

  it('reads on through dense keys and names sparse ones', async () => {
    const partitionKey = partition();
    const keys = await fill(partitionKey, 3_300);
    const [dense, pages] = await requestsOf(() =>
      table.getMany(partitionKey, [...keys.slice(100, 2_600), 'zzz']),
    );
    expect(dense.size).toBe(2_500);
    expect(pages).toBeLessThanOrEqual(5);
    const wanted = keys.filter((_, n) => n % 83 === 0);
    const [sparse, requests] = await requestsOf(() => table.getMany(partitionKey, wanted));
    expect([...sparse.keys()].sort()).toEqual(wanted);
    expect(requests).toBeLessThanOrEqual(5);
    const far = keys.filter((_, n) => n % 90 === 0);
    expect((await table.getMany(partitionKey, far)).size).toBe(far.length);
  });

  it('brings only the properties that are asked for', async () => {
    const partitionKey = partition();
    const keys = await fill(partitionKey, 50);
    for (const wanted of [keys.slice(0, 1), keys.slice(0, 20), keys]) {
      const rows = await table.getMany(partitionKey, wanted, ['n']);
      expect(rows.size).toBe(wanted.length);
      for (const row of rows.values())
        expect({ ...row, etag: '' }).toEqual({
          partitionKey,
          rowKey: row.rowKey,
          n: 1,
          etag: '',
        });
      expect(rows.get(key(0))?.etag).toBeTruthy();
    }
  });
});

describe('a range', () => {
  it('goes on past 1,000 rows, in order, from the first key to before the last', async () => {
    const partitionKey = partition();
    const keys = await fill(partitionKey, 2_300);
    await table.write([
      { op: 'insert', row: { partitionKey: `${partitionKey}:`, rowKey: key(1) } },
    ]);
    const sizes: number[] = [];
    const found: string[] = [];
    for await (const page of table.range({ partitionKey, from: key(50), to: key(2_250) })) {
      sizes.push(page.length);
      found.push(...page.map((row) => row.rowKey));
    }
    expect(found).toEqual(keys.slice(50, 2_250));
    expect(sizes).toEqual([1_000, 1_000, 200]);
  });

  it('takes a page size, a condition and a selection', async () => {
    const partitionKey = partition();
    await fill(partitionKey, 30);
    const first = { partitionKey, rowKey: key(4), text: 'other', n: 2 };
    await table.write([{ op: 'put', row: first }]);
    const range = { partitionKey, from: key(0), to: key(99), pageSize: 10, select: ['text'] };
    const pages = [];
    for await (const page of table.range({ ...range, filter: 'n eq 2' })) pages.push(...page);
    expect(pages).toEqual([
      { partitionKey, rowKey: key(4), text: 'other', etag: expect.any(String) },
    ]);
    const [page] = [(await table.range(range).next()).value];
    expect(page).toHaveLength(10);
  });
});

describe('a failing service', () => {
  it('is unavailable when nobody answers, and denied with a wrong key', async () => {
    const nowhere = service.connectionString.replace(/127\.0\.0\.1:\d+/, '127.0.0.1:9');
    const closed = openTables({ connectionString: nowhere }).table('rows');
    await expect(closed.get('p', 'r')).rejects.toMatchObject({ code: 'unavailable' });
    const wrong = service.connectionString.replace(/AccountKey=[^;]+/, 'AccountKey=d3Jvbmc=');
    const denied = openTables({ connectionString: wrong }).table('rows');
    await expect(denied.get('p', 'r')).rejects.toMatchObject({ code: 'access-denied' });
  });
});

describe('rows of a few keys', () => {
  it('are found across partitions from one to another, in one request', async () => {
    const [one, other] = ['one', 'other'];
    const prefix = `across-${randomUUID()}`;
    const all = Array.from({ length: 150 }, (_, n) => `${prefix}-${key(n)}`);
    const partitions = all.slice(10, 140);
    for (const partitionKey of all)
      await table.write(
        [one, other, 'neither'].map((rowKey) => ({ op: 'insert', row: { partitionKey, rowKey } })),
      );
    const [found, requests] = await requestsOf(async () => {
      const rows: Row[] = [];
      const [fromPartition = '', toPartition = ''] = [partitions.at(0), partitions.at(-1)];
      const span = { fromPartition, toPartition, rowKeys: [one, other] };
      for await (const page of table.across(span)) rows.push(...page);
      return rows;
    });
    const names = found.map(({ partitionKey, rowKey }) => `${partitionKey} ${rowKey}`);
    const expected = partitions.flatMap((each) => [`${each} ${one}`, `${each} ${other}`]);
    expect(names.toSorted()).toEqual(expected.toSorted());
    expect(requests).toBe(1);
  });
});
