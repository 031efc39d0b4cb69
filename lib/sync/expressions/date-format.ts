import { MAX_FORMAT } from './limits.ts';

/** A part of a date and time format. */
export type FormatPart =
  | { readonly kind: 'literal'; readonly text: string }
  /** A specifier and how often its letter stands there: MMM is M and 3. */
  | { readonly kind: 'field'; readonly letter: string; readonly count: number };

/** .NET's standard formats in the invariant culture (.NET docs: standard date and time format strings). */
const STANDARD: ReadonlyMap<string, string> = new Map([
  ['d', 'MM/dd/yyyy'],
  ['D', 'dddd, dd MMMM yyyy'],
  ['f', 'dddd, dd MMMM yyyy HH:mm'],
  ['F', 'dddd, dd MMMM yyyy HH:mm:ss'],
  ['g', 'MM/dd/yyyy HH:mm'],
  ['G', 'MM/dd/yyyy HH:mm:ss'],
  ['m', 'MMMM dd'],
  ['M', 'MMMM dd'],
  ['o', "yyyy-MM-dd'T'HH:mm:ss.fffffffK"],
  ['O', "yyyy-MM-dd'T'HH:mm:ss.fffffffK"],
  ['r', "ddd, dd MMM yyyy HH:mm:ss 'GMT'"],
  ['R', "ddd, dd MMM yyyy HH:mm:ss 'GMT'"],
  ['s', "yyyy-MM-dd'T'HH:mm:ss"],
  ['t', 'HH:mm'],
  ['T', 'HH:mm:ss'],
  ['u', "yyyy-MM-dd HH:mm:ss'Z'"],
  ['U', 'dddd, dd MMMM yyyy HH:mm:ss'],
  ['y', 'yyyy MMMM'],
  ['Y', 'yyyy MMMM'],
]);

const PART =
  /([gyMdHhmsfFtz])\1*|(K)|'([^']*)'|"([^"]*)"|\\([\s\S])|%(?=[^%])|[^gyMdHhmsfFtzK'"\\%]+/y;
const FRACTION_DIGITS = 7;

/**
 * Takes a .NET format apart (.NET docs: custom date and time format strings). One letter alone is a
 * standard format.
 *
 * @param refuse told what is wrong
 */
export function partsOf(format: string, refuse: (fault: string) => never): readonly FormatPart[] {
  if (format === '' || format.length > MAX_FORMAT)
    return refuse(`a date format has 1 to ${MAX_FORMAT} characters`);
  const isStandard = /^[A-Za-z]$/.test(format);
  const custom = isStandard ? STANDARD.get(format) : format;
  if (custom === undefined) return refuse('there is no such standard date format');
  const parts: FormatPart[] = [];
  let at = 0;
  while (at < custom.length) {
    PART.lastIndex = at;
    const found = PART.exec(custom);
    if (!found) return refuse('the date format ends inside a quotation or an escape');
    const part = partOf(found);
    if (part.kind === 'field' && part.letter === 'g') return refuse('eras (g) are not supported');
    if (part.kind === 'field' && isTooLong(part))
      return refuse(`a second has at most ${FRACTION_DIGITS} digits`);
    parts.push(part);
    at = PART.lastIndex;
  }
  return parts;
}

/** How CDate, DateAdd, DateFromNum and Now show a date (Entra docs). */
export const SHOWN = partsOf('M/d/yyyy h:mm:ss tt', (fault) => {
  throw new Error(fault);
});

function partOf([all, letter, zone, single, double, escaped]: RegExpExecArray): FormatPart {
  const specifier = letter ?? zone;
  if (specifier !== undefined) return { kind: 'field', letter: specifier, count: all.length };
  const quoted = single ?? double ?? escaped;
  if (quoted !== undefined) return { kind: 'literal', text: quoted };
  return { kind: 'literal', text: all === '%' ? '' : all };
}

function isTooLong({ letter, count }: { letter: string; count: number }): boolean {
  return letter.toLowerCase() === 'f' && count > FRACTION_DIGITS;
}
