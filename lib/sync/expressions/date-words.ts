import { abbreviated, MONTHS, WEEKDAYS } from './date-names.ts';

/** The month that a number or a name stands for, from 1; NaN where there is none. */
export function monthOf(text: string): number {
  return /^\d/.test(text) ? Number(text) : indexOf(MONTHS, text) + 1 || Number.NaN;
}

/** The day of the week that a name stands for, from Sunday as 0; -1 where there is none. */
export function weekdayOf(text: string): number {
  return indexOf(WEEKDAYS, text);
}

/** Minutes by which a zone is ahead of UTC: Z, GMT, +02:00, -0700, +2. */
export function offsetOf(zone: string): number {
  const parts = /^([+-])(\d{1,2}):?(\d{2})?$/.exec(zone);
  if (!parts) return 0;
  const [, sign, hours, minutes = '0'] = parts;
  const ahead = Number(minutes) > 59 ? Number.NaN : Number(hours) * 60 + Number(minutes);
  return sign === '-' ? -ahead : ahead;
}

/**
 * The hour of a 12-hour clock, from 0 to 23; without AM or PM it is taken for AM, as in .NET. NaN
 * where the clock does not show that hour.
 */
export function hourOf(hour: number, half = 'A'): number {
  if (hour > 12) return Number.NaN;
  return (hour % 12) + (half.toUpperCase().startsWith('P') ? 12 : 0);
}

/** The digits behind a point, in units of 100 nanoseconds; more than seven are cut off. */
export function fractionOf(digits: string | undefined): number {
  return Number((digits ?? '').slice(0, 7).padEnd(7, '0'));
}

function indexOf(names: readonly string[], text: string): number {
  const wanted = text.toLowerCase();
  return names.findIndex((name) =>
    [name, abbreviated(name)].some((known) => known.toLowerCase() === wanted),
  );
}
