/** A point in time, as .NET's DateTime knows it. Days and hours are those of UTC. */
export interface Moment {
  /** Whole milliseconds since 1970. */
  readonly ms: number;
  /** What is beyond the millisecond, in units of 100 nanoseconds: 0 to 9999. */
  readonly ticks: number;
  /** What is known of the zone; `local` is that of the server, which is UTC. */
  readonly kind: 'utc' | 'local' | 'none';
}

/** A date and a time of day. */
export interface Fields {
  readonly year: number;
  /** 1 to 12. */
  readonly month: number;
  readonly day: number;
  readonly hour?: number;
  readonly minute?: number;
  readonly second?: number;
  /** Of the second, in units of 100 nanoseconds. */
  readonly fraction?: number;
}

const MINUTE = 60_000;
const DAY = 86_400_000;
const WEEK = 7 * DAY;
const TICKS = 10_000;
/** 0001-01-01 and the end of 9999-12-31: .NET's DateTime goes no further. */
const FIRST = -62_135_596_800_000;
const LAST = 253_402_300_799_999;
/** 1601-01-01, where Windows begins to count. */
const FILE_TIME_START = -11_644_473_600_000;

/**
 * The moment at which a clock shows this.
 *
 * @param offset minutes by which the clock is ahead of UTC
 * @returns undefined where there is no such day or time, or .NET does not reach it
 */
export function momentOf(
  fields: Fields,
  offset = 0,
  kind: Moment['kind'] = 'utc',
): Moment | undefined {
  const { year, month, day, hour = 0, minute = 0, second = 0, fraction = 0 } = fields;
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  const isDay = date.getUTCFullYear() === year && date.getUTCMonth() === month - 1;
  if (!isDay || date.getUTCDate() !== day) return undefined;
  if (hour > 23 || minute > 59 || second > 59 || Math.abs(offset) > 14 * 60) return undefined;
  const clock = (hour * 60 + minute - offset) * MINUTE + second * 1_000;
  const ms = date.getTime() + clock + Math.floor(fraction / TICKS);
  return isInRange(ms) ? { ms, ticks: fraction % TICKS, kind } : undefined;
}

/** What a clock in UTC shows, with the day of the week from 0 = Sunday. */
export function fieldsOf({ ms, ticks }: Moment): Required<Fields> & { readonly weekday: number } {
  const date = new Date(ms);
  return {
    year: date.getUTCFullYear(),
    month: date.getUTCMonth() + 1,
    day: date.getUTCDate(),
    weekday: date.getUTCDay(),
    hour: date.getUTCHours(),
    minute: date.getUTCMinutes(),
    second: date.getUTCSeconds(),
    fraction: date.getUTCMilliseconds() * TICKS + ticks,
  };
}

/** The moment so many milliseconds after 1970. */
export function momentOfMs(ms: number): Moment | undefined {
  return isInRange(ms) ? { ms, ticks: 0, kind: 'utc' } : undefined;
}

/** Windows' count of 100 nanoseconds since 1601 ([MS-DTYP] section 2.3.3). */
export function fileTimeOf({ ms, ticks }: Moment): bigint | undefined {
  const count = BigInt(ms - FILE_TIME_START) * BigInt(TICKS) + BigInt(ticks);
  return count < 0n ? undefined : count;
}

/** The moment that such a count stands for. */
export function momentOfFileTime(count: bigint): Moment | undefined {
  const ms = Number(count / BigInt(TICKS)) + FILE_TIME_START;
  if (count < 0n || !isInRange(ms)) return undefined;
  return { ms, ticks: Number(count % BigInt(TICKS)), kind: 'utc' };
}

/** The intervals of DateAdd and DateDiff (Entra docs). */
export const INTERVALS = ['yyyy', 'm', 'd', 'ww', 'h', 'n', 's'] as const;
export type Interval = (typeof INTERVALS)[number];

const LENGTHS = { d: DAY, ww: WEEK, h: 60 * MINUTE, n: MINUTE, s: 1_000 } as const;

/** A moment that many intervals later; the 31st of a shorter month is its last day (.NET: AddMonths). */
export function later(moment: Moment, interval: Interval, count: number): Moment | undefined {
  if (interval !== 'yyyy' && interval !== 'm') {
    const ms = moment.ms + count * LENGTHS[interval];
    return isInRange(ms) ? { ...moment, ms } : undefined;
  }
  const fields = fieldsOf(moment);
  const months = fields.year * 12 + fields.month - 1 + count * (interval === 'yyyy' ? 12 : 1);
  const [year, month] = [Math.floor(months / 12), (months % 12) + 1];
  if (year < 1 || year > 9999) return undefined;
  const day = Math.min(fields.day, new Date(Date.UTC(2000 + (year % 400), month, 0)).getUTCDate());
  return momentOf({ ...fields, year, month, day }, 0, moment.kind);
}

/**
 * How many intervals lie between two moments, as Visual Basic's DateDiff counts: years and months by
 * the calendar, weeks by their Sundays, the rest by what has passed in full.
 */
export function difference(interval: Interval, from: Moment, to: Moment): number {
  const [a, b] = [fieldsOf(from), fieldsOf(to)];
  if (interval === 'yyyy') return b.year - a.year;
  if (interval === 'm') return (b.year - a.year) * 12 + b.month - a.month;
  const shift = interval === 'ww' ? (a.weekday - b.weekday) * DAY : 0;
  return Math.trunc((to.ms - from.ms + shift) / LENGTHS[interval]) + 0;
}

function isInRange(ms: number): boolean {
  return ms >= FIRST && ms <= LAST;
}
