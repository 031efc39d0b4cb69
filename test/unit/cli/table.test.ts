import { describe, expect, it } from 'vitest';
import { type Column, factLines, tableLines } from '../../../lib/cli/text/table.ts';
import { cut, padded, widthOf } from '../../../lib/cli/text/text-width.ts';

interface Row {
  readonly id: string;
  readonly name: string | null;
  readonly tries: number;
}

const COLUMNS: readonly Column<Row>[] = [
  { title: 'id', of: ({ id }) => id, isWhole: true },
  { title: 'name', of: ({ name }) => name },
  { title: 'tries', of: ({ tries }) => tries },
];
const ROWS: readonly Row[] = [
  { id: 'u-1', name: 'Anaïs', tries: 2 },
  { id: 'u-22', name: null, tries: 13 },
];

describe('a table', () => {
  it('has a column as wide as what stands in it, and numbers to the right', () => {
    expect(tableLines(COLUMNS, ROWS, undefined)).toEqual([
      'ID    NAME   TRIES',
      'u-1   Anaïs      2',
      'u-22            13',
    ]);
  });

  it('fits the terminal by what may give way', () => {
    const id = '0e6b0f6a-7d0f-4a0b-9a57-3f6f2b1c4d5e';
    const rows = [{ id, name: 'Somebody with a very long name indeed', tries: 1 }];
    const [, line = ''] = tableLines(COLUMNS, rows, 60);
    expect(line).toBe(`${id}  Somebody with …      1`);
    expect(tableLines(COLUMNS, rows, undefined)[1]).toContain('very long name indeed');
  });

  it('lets nothing steer the terminal', () => {
    const rows = [{ id: 'u', name: 'x\u001b[2J\n\u009bK', tries: 0 }];
    const [, line] = tableLines(COLUMNS, rows, undefined);
    expect(line).toBe('u   x\ufffd[2J\ufffd\ufffdK      0');
  });
});

it.each([
  ['abc', 3],
  ['Anaïs', 5],
  ['e\u0301', 1],
  ['田中', 4],
  ['🙂', 2],
  ['👩‍👩‍👧', 2],
  ['', 0],
])('%s takes %i columns', (text, width) => {
  expect(widthOf(text)).toBe(width);
});

it.each([
  ['abcdef', 6, 'abcdef'],
  ['abcdef', 4, 'abc…'],
  ['田中さん', 6, '田中…'],
  ['abc', 0, ''],
  ['abc', 1, '…'],
])('%s in %i columns is %s', (text, width, expected) => {
  expect(cut(text, width)).toBe(expected);
});

it('pads by columns, not by characters', () => {
  expect(padded('田', 4)).toBe('田  ');
  expect(padded('7', 3, 'right')).toBe('  7');
});

it('facts leave out what is not known', () => {
  expect(
    factLines([
      ['sync', 'on'],
      ['open run', null],
      ['failures', 0],
      ['x', undefined],
    ]),
  ).toEqual(['sync      on', 'failures  0']);
});
