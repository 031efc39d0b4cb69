import { plainText } from './plain-text.ts';
import { cut, padded, widthOf } from './text-width.ts';

/** A column, and what stands in it of a row; nothing = empty. */
export interface Column<Row> {
  readonly title: string;
  readonly of: (row: Row) => string | number | null | undefined;
  /** Others give way first: a time, or an id to copy, is of no use in part. */
  readonly isWhole?: true;
}

const GAP = '  ';
/** Narrower than this, a column says nothing. */
const NARROWEST = 6;

/**
 * A table as lines.
 * @param width of the terminal, which it fits; undefined = as wide as it gets, so that a pipe has all of it
 */
export function tableLines<Row>(
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  width: number | undefined,
): string[] {
  const aligned = columns.map(({ of }) => alignment(rows.map(of)));
  const cells = rows.map((row) => columns.map(({ of }) => plainText(String(of(row) ?? ''))));
  const all = [columns.map(({ title }) => title.toUpperCase()), ...cells];
  const natural = columns.map((_, at) => Math.max(...all.map((line) => widthOf(line[at] ?? ''))));
  const wholes = columns.map(({ isWhole }) => isWhole === true);
  const widths = width === undefined ? natural : fitted(natural, wholes, width);
  return all.map((line) => {
    const text = line.map((cell, at) => {
      const own = widths[at] ?? 0;
      return padded(cut(cell, own), own, aligned[at]);
    });
    const whole = text.join(GAP).trimEnd();
    return width === undefined ? whole : cut(whole, width);
  });
}

function alignment(values: readonly unknown[]): 'left' | 'right' {
  const known = values.filter((value) => value !== null && value !== undefined);
  return known.length > 0 && known.every((value) => typeof value === 'number') ? 'right' : 'left';
}

/** Takes from the widest columns until the table fits. */
function fitted(
  natural: readonly number[],
  wholes: readonly boolean[],
  width: number,
): readonly number[] {
  const room = width - GAP.length * (natural.length - 1);
  const giving = narrowed(natural, room, (at) => !wholes[at]);
  return narrowed(giving, room, () => true);
}

function narrowed(
  from: readonly number[],
  room: number,
  gives: (at: number) => boolean,
): readonly number[] {
  const widths = [...from];
  let excess = widths.reduce((sum, one) => sum + one, 0) - room;
  while (excess > 0) {
    const widest = Math.max(...widths.filter((_, at) => gives(at)));
    if (widest <= NARROWEST) break;
    widths[widths.findIndex((one, at) => one === widest && gives(at))] = widest - 1;
    excess -= 1;
  }
  return widths;
}

/** Names and values, a line each; nothing of what has no value. */
export function factLines(
  facts: readonly (readonly [name: string, value: string | number | null | undefined])[],
): string[] {
  const told = facts.flatMap(([name, value]) =>
    value === null || value === undefined ? [] : [[name, plainText(String(value))] as const],
  );
  const widest = Math.max(0, ...told.map(([name]) => widthOf(name)));
  return told.map(([name, value]) => `${padded(name, widest)}  ${value}`.trimEnd());
}
