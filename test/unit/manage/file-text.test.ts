import { expect, it } from 'vitest';
import { fileText, ROWS_AT_ONCE, type WantedFile } from '../../../lib/manage/file-text.ts';

/** A list of so many rows, and how many of them were read. */
function listOf(count: number) {
  const state = { read: 0, largest: 0 };
  const read = async ({ size, after = '0' }: { size: number; after?: string }) => {
    const from = Number(after);
    const items = Array.from({ length: Math.min(size, count - from) }, (_, n) => from + n);
    state.read += items.length;
    state.largest = Math.max(state.largest, items.length);
    const end = from + items.length;
    return { items, ...(end < count && { next: String(end) }) };
  };
  const columns = [['n', (row: { n: number }) => row.n]] as const;
  return { state, source: { read, columns, lines: (n: number) => [{ n }] } };
}

async function whole(count: number, wanted: WantedFile) {
  const { state, source } = listOf(count);
  const pieces = fileText(source, wanted);
  let text = '';
  for (;;) {
    const piece = await pieces.next();
    if (piece.done) return { text, next: piece.value, state };
    text += piece.value;
  }
}

it('reads the next page when it is asked for, and holds no more than one', async () => {
  const { state, source } = listOf(10_000);
  const pieces = fileText(source, { format: 'jsonl', size: 10_000 });
  expect(state.read).toBe(0);
  let told = 0;
  for (let piece = await pieces.next(); !piece.done; piece = await pieces.next()) {
    told += piece.value.split('\n').length - 1;
    // What was read and not told yet: nothing of it, as soon as a piece is out.
    expect(state.read).toBe(told);
  }
  expect([told, state.largest]).toEqual([10_000, ROWS_AT_ONCE]);
});

it('is read no further when nobody asks for more', async () => {
  const { state, source } = listOf(10_000);
  const pieces = fileText(source, { format: 'jsonl', size: 10_000 });
  await pieces.next();
  await pieces.return(undefined);
  expect(state.read).toBe(ROWS_AT_ONCE);
});

it.each([
  ['all of a short list', 3, { size: 10 }, 'n\r\n0\r\n1\r\n2\r\n', undefined],
  ['a list without rows', 0, { size: 10 }, 'n\r\n', undefined],
  ['a part, with the place of the next', 5, { size: 2 }, 'n\r\n0\r\n1\r\n', '2'],
  ['what follows a place', 5, { size: 2, after: '2' }, 'n\r\n2\r\n3\r\n', '4'],
  ['the end', 5, { size: 2, after: '4' }, 'n\r\n4\r\n', undefined],
])('is %s', async (_what, count, wanted, text, next) => {
  expect(await whole(count, { format: 'csv', ...wanted })).toMatchObject({ text, next });
});

it('over many pages it is the same as at once', async () => {
  const { text, next } = await whole(1_000, { format: 'csv', size: 950 });
  const lines = Array.from({ length: 950 }, (_, n) => `${n}\r\n`);
  expect(text).toBe(`n\r\n${lines.join('')}`);
  expect(next).toBe('950');
});

it('ends early where pages hold nothing though more follow, and says where to go on', async () => {
  let asked = 0;
  const read = async () => {
    asked += 1;
    return { items: [], next: String(asked) };
  };
  const pieces = fileText({ read, columns: [], lines: () => [] }, { format: 'jsonl', size: 10 });
  const end = await pieces.next();
  expect([end.done, end.value]).toEqual([true, '100']);
});
