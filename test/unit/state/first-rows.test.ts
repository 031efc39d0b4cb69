import { expect, it } from 'vitest';
import type { StoredRow, Table } from '../../../lib/azure/tables.ts';
import { firstRows } from '../../../lib/state/first-rows.ts';

const named = (rowKey: string): StoredRow => ({ partitionKey: 'p', rowKey, etag: 'e' });

/** @returns the keys that are read of these pages, and how many pages were asked for */
async function read(pages: readonly string[], pageSize: number) {
  let asked = 0;
  const range: Table['range'] = async function* () {
    for (const page of pages) {
      asked += 1;
      yield page.split('').map(named);
    }
  };
  const table = { range } as Table;
  const rows = await firstRows(table, { partitionKey: 'p', from: 'a', to: 'z', pageSize });
  return { keys: rows.map(({ rowKey }) => rowKey).join(''), asked };
}

it.each([
  { what: 'a full page', pages: ['abc', 'def'], keys: 'abc', asked: 1 },
  { what: 'pages that end early', pages: ['a', '', 'bc', 'd'], keys: 'abc', asked: 3 },
  { what: 'more than is asked for', pages: ['ab', 'cde'], keys: 'abc', asked: 2 },
  { what: 'fewer rows', pages: ['a', 'b'], keys: 'ab', asked: 2 },
  { what: 'nothing', pages: [], keys: '', asked: 0 },
])('$what', async ({ pages, keys, asked }) => {
  expect(await read(pages, 3)).toEqual({ keys, asked });
});
