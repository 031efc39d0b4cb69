import { fieldsOf, type Moment } from './calendar.ts';
import type { FormatPart } from './date-format.ts';
import { abbreviated, MONTHS, WEEKDAYS } from './date-names.ts';

type Shown = ReturnType<typeof fieldsOf> & { readonly kind: Moment['kind'] };

/** How every specifier is written, by how often its letter stands there. */
const PRINTERS: Readonly<Record<string, (shown: Shown, count: number) => string>> = {
  y: ({ year }, count) => (count <= 2 ? digits(year % 100, count) : digits(year, count)),
  M: ({ month }, count) => named(MONTHS[month - 1], month, count),
  d: ({ day, weekday }, count) => named(WEEKDAYS[weekday], day, count),
  H: ({ hour }, count) => digits(hour, Math.min(count, 2)),
  h: ({ hour }, count) => digits(hour % 12 || 12, Math.min(count, 2)),
  m: ({ minute }, count) => digits(minute, Math.min(count, 2)),
  s: ({ second }, count) => digits(second, Math.min(count, 2)),
  f: ({ fraction }, count) => digits(fraction, 7).slice(0, count),
  F: ({ fraction }, count) => digits(fraction, 7).slice(0, count).replace(/0+$/, ''),
  t: ({ hour }, count) => (hour < 12 ? 'AM' : 'PM').slice(0, count),
  // The zone is that of the server, which is UTC; so it is for dates that name none.
  z: (_, count) => ['+0', '+00', '+00:00'][Math.min(count, 3) - 1] ?? '',
  K: ({ kind }) => ({ utc: 'Z', local: '+00:00', none: '' })[kind],
};

/** Writes a moment in a .NET format, in the invariant culture. */
export function print(moment: Moment, format: readonly FormatPart[]): string {
  const shown = { ...fieldsOf(moment), kind: moment.kind };
  let text = '';
  for (const part of format) {
    const isField = part.kind === 'field';
    const written = isField ? (PRINTERS[part.letter]?.(shown, part.count) ?? '') : part.text;
    // A point before no fraction goes with it (.NET docs: the "F" specifiers).
    const isEmptyFraction = isField && part.letter === 'F' && written === '';
    text = isEmptyFraction ? text.replace(/\.$/, '') : text + written;
  }
  return text;
}

/** One or two letters are the number, three the abbreviation, more the whole name. */
function named(name: string | undefined, number: number, count: number): string {
  if (count <= 2 || name === undefined) return digits(number, count);
  return count === 3 ? abbreviated(name) : name;
}

function digits(number: number, count: number): string {
  return String(number).padStart(count, '0');
}
