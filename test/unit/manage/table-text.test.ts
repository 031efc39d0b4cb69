import { expect, it } from 'vitest';
import { type Column, csvHeader, csvLines, jsonLines } from '../../../lib/manage/table-text.ts';

const csvText = <T>(columns: readonly Column<T>[], rows: readonly T[]) =>
  csvHeader(columns) + csvLines(columns, rows);
const cell = (value: unknown) => csvText([['a', (row: unknown) => row]], [value]).split('\r\n')[1];

it.each([
  ['plain', 'plain'],
  ['a,b', '"a,b"'],
  ['say "hi"', '"say ""hi"""'],
  ['=1+1', "'=1+1"],
  ['+49 30', "'+49 30"],
  ['-2', "'-2"],
  ['@SUM(A1)', "'@SUM(A1)"],
  ['\t=1', "'\t=1"],
  ['=a,"b"', `"'=a,""b"""`],
  [-2, '-2'],
  [true, 'true'],
  [null, ''],
  [undefined, ''],
  [['title', 'city'], 'title city'],
  [['=1', 'city'], "'=1 city"],
  [{ a: 1 }, '"{""a"":1}"'],
])('%j stands as %s', (value, expected) => {
  expect(cell(value)).toBe(expected);
});

it('line breaks stand in quotes, and a carriage return makes no formula', () => {
  const text = csvText([['a', (row: string) => row]], ['one\r\ntwo', '\rthree']);
  expect(text).toBe('a\r\n"one\r\ntwo"\r\n"\'\rthree"\r\n');
});

it('names of columns are cells too, and a table without rows is its header', () => {
  expect(csvText([['=a', () => 1] as const, ['b', () => 2] as const], [])).toBe("'=a,b\r\n");
});

it('JSON lines are one object a line', () => {
  expect(jsonLines([{ a: 'x\ny' }, { a: 1 }])).toBe('{"a":"x\\ny"}\n{"a":1}\n');
});
