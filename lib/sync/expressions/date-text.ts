import { fieldsOf, type Moment, momentOf } from './calendar.ts';
import { fractionOf, hourOf, monthOf, offsetOf, weekdayOf } from './date-words.ts';

/** Longer than any date. */
const MAX_LENGTH = 64;

const TIME = '(\\d{1,2}):(\\d{2})(?::(\\d{2})(?:\\.(\\d{1,9}))?)?(?: *(AM|PM))?';
const ZONE = ' *(Z|GMT|UTC|[+-]\\d{1,2}(?::?\\d{2})?)';
const WEEKDAY = '(?:([A-Z]{3,9}),? +)?';
const MONTH = '([A-Z]{3,9})';

/** The dates that are understood, and where their groups hold year, month and day. */
const FORMS = [
  form('()(\\d{4})-(\\d{1,2})-(\\d{1,2})', { year: 2, month: 3, day: 4 }),
  form('()(\\d{4})/(\\d{1,2})/(\\d{1,2})', { year: 2, month: 3, day: 4 }),
  form('()(\\d{1,2})/(\\d{1,2})/(\\d{4})', { month: 2, day: 3, year: 4 }),
  form('()(\\d{1,2})-(\\d{1,2})-(\\d{4})', { month: 2, day: 3, year: 4 }),
  form(`${WEEKDAY}(\\d{1,2})[ -]${MONTH}[ -](\\d{4})`, { day: 2, month: 3, year: 4 }),
  form(`${WEEKDAY}${MONTH} +(\\d{1,2}),? +(\\d{4})`, { month: 2, day: 3, year: 4 }),
] as const;

interface Places {
  readonly year: number;
  readonly month: number;
  readonly day: number;
}

function form(date: string, places: Places): { pattern: RegExp; places: Places } {
  return { pattern: new RegExp(`^\\s*${date}(?:(?:T| +)${TIME})?(?:${ZONE})?\\s*$`, 'i'), places };
}

/**
 * Reads a date that says itself how it is written, as .NET's DateTime.Parse does in the invariant
 * culture: month before day, the time by 24 hours or with AM and PM, perhaps a zone. Without a zone
 * it is taken for UTC.
 *
 * @returns undefined where the text is no date
 */
export function dateOf(text: string): Moment | undefined {
  if (text.length > MAX_LENGTH) return undefined;
  for (const { pattern, places } of FORMS) {
    const found = pattern.exec(text);
    if (found) return momentIn(found, places);
  }
  return undefined;
}

function momentIn(found: RegExpExecArray, places: Places): Moment | undefined {
  const [hour, minute, second, fraction, half, zone] = found.slice(5);
  const weekday = found[1];
  const fields = {
    year: Number(found[places.year]),
    month: monthOf(found[places.month] ?? ''),
    day: Number(found[places.day]),
    hour: half === undefined ? Number(hour ?? 0) : hourOf(Number(hour), half),
    minute: Number(minute ?? 0),
    second: Number(second ?? 0),
    fraction: fractionOf(fraction),
  };
  const day = momentOf(fields);
  if (weekday && (!day || fieldsOf(day).weekday !== weekdayOf(weekday))) return undefined;
  return momentOf(fields, offsetOf(zone ?? ''));
}
