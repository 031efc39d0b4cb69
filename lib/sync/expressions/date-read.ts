import { fieldsOf, type Moment, momentOf } from './calendar.ts';
import type { FormatPart } from './date-format.ts';
import { abbreviated, MONTHS, WEEKDAYS } from './date-names.ts';
import type { DateStyles } from './date-styles.ts';
import { fractionOf, hourOf, monthOf, offsetOf, weekdayOf } from './date-words.ts';

/** A format, as the pattern that reads it. */
export type DateReader = RegExp;

type Part = string | undefined;

/** Two digits below this belong to this century (.NET: Calendar.TwoDigitYearMax is 2049). */
const CENTURY = 50;
/** A leap year, for formats without one: so 29 February is a day. */
const NO_YEAR = 4;

const names = (all: readonly string[]) => all.join('|');
const number = (count: number) => (count === 1 ? '\\d{1,2}' : '\\d{2}');

/** What every specifier reads, by how often its letter stands there. */
const SOURCES: Readonly<Record<string, (count: number) => string>> = {
  y: (count) => (count <= 2 ? number(count) : `\\d{${count}}`),
  M: (count) =>
    count <= 2 ? number(count) : names(count === 3 ? MONTHS.map(abbreviated) : MONTHS),
  d: number,
  w: (count) => names(count === 3 ? WEEKDAYS.map(abbreviated) : WEEKDAYS),
  H: number,
  h: number,
  m: number,
  s: number,
  f: (count) => `\\d{${count}}`,
  F: (count) => `\\d{0,${count}}`,
  t: (count) => (count === 1 ? '[AP]' : 'AM|PM'),
  z: (count) => (count <= 2 ? '[+-]\\d{1,2}' : '[+-]\\d{1,2}:?\\d{2}'),
  K: () => '(?:Z|[+-]\\d{1,2}:?\\d{2})?',
};

/**
 * Makes a format into what reads it.
 *
 * @returns undefined where a specifier stands there twice: every one may read one or two digits,
 *   and a hundred of them would take for ever to match
 */
export function readerOf(format: readonly FormatPart[]): DateReader | undefined {
  const letters = format.flatMap((part) => (part.kind === 'field' ? [fieldOf(part)] : []));
  if (new Set(letters).size < letters.length) return undefined;
  let source = '';
  for (const part of format) {
    if (part.kind === 'literal') source += part.text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
    else {
      const field = fieldOf(part);
      const group = `(?<${field}>${SOURCES[field]?.(part.count) ?? ''})`;
      // A point before a fraction that may be missing may be missing too (.NET: ParseExact).
      const isOptional = field === 'F' && source.endsWith('\\.');
      source = isOptional ? `${source.slice(0, -2)}(?:\\.${group})?` : source + group;
    }
  }
  return new RegExp(`^${source}$`, 'i');
}

/**
 * Reads a date that is written exactly in a format (.NET: DateTime.ParseExact in the invariant
 * culture). What the format does not give is the first there is: .NET takes today, and nothing here
 * knows what day it is.
 *
 * @returns undefined where the text is not of that format, or there is no such day or time
 */
export function read(text: string, reader: DateReader, styles: DateStyles): Moment | undefined {
  const groups = reader.exec(withoutWhite(text, styles))?.groups;
  if (!groups) return undefined;
  const { y, M = '1', d = '1', w, H, h, m, s, f, F, t, z, K } = groups;
  const fields = {
    year: yearOf(y),
    month: monthOf(M),
    day: Number(d),
    hour: hourRead(H, h, t),
    minute: Number(m ?? 0),
    second: Number(s ?? 0),
    fraction: fractionOf(f ?? F),
  };
  const zone = K || z;
  const day = momentOf(fields);
  if (w !== undefined && (!day || fieldsOf(day).weekday !== weekdayOf(w))) return undefined;
  return momentOf(fields, offsetOf(zone ?? ''), kindOf(zone, styles));
}

/** The name of what a part reads: the days of the week share their letter with those of the month. */
function fieldOf({ letter, count }: { letter: string; count: number }): string {
  return letter === 'd' && count > 2 ? 'w' : letter;
}

function withoutWhite(
  text: string,
  { leadingWhite, trailingWhite, innerWhite }: DateStyles,
): string {
  const started = leadingWhite ? text.trimStart() : text;
  const ended = trailingWhite ? started.trimEnd() : started;
  return innerWhite ? ended.replace(/\s+/g, ' ') : ended;
}

function yearOf(text: Part): number {
  if (text === undefined) return NO_YEAR;
  const year = Number(text);
  if (text.length > 2) return year;
  return year < CENTURY ? 2000 + year : 1900 + year;
}

/** A 24-hour clock says all; what AM or PM says beside it must agree. */
function hourRead(long: Part, short: Part, half: Part): number {
  const hour = Number(long ?? 0);
  if (long === undefined) return short === undefined ? 0 : hourOf(Number(short), half);
  return half === undefined || hourOf(hour % 12, half) === hour ? hour : Number.NaN;
}

function kindOf(zone: Part, { adjusts, assumes, roundtrips }: DateStyles): Moment['kind'] {
  if (!zone && !assumes) return 'none';
  return adjusts || (roundtrips && zone?.toUpperCase() === 'Z') ? 'utc' : 'local';
}
