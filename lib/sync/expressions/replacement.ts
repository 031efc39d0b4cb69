import { MAX_RESULT } from './limits.ts';
import type { Match } from './pattern.ts';

const REFERENCE = /\$(?:\{([^{}]*)\}|(\d+)|([$&`'+_]))/g;

/** What references are filled in from. */
export interface Filling {
  readonly text: string;
  readonly match: Match;
  /** RE2's numbers by .NET's numbers and names. */
  readonly groups: ReadonlyMap<string, number>;
  readonly tooLong: () => never;
}

/**
 * What replaces a match: the replacement with its references filled in (.NET docs: substitutions in
 * regular expressions). What refers to no group stays as it is written.
 *
 * | reference | stands for |
 * | --- | --- |
 * | `$1`, `${1}`, `${name}` | a group; "" where it took no part |
 * | `$&`, `$0` | the match |
 * | `` $` ``, `$'`, `$_` | what is before it, behind it, the whole text |
 * | `$+` | the last group |
 * | `$$` | a dollar sign |
 */
export function filledIn(replacement: string, filling: Filling): string {
  if (!replacement.includes('$')) return replacement;
  let length = replacement.length;
  return replacement.replace(
    REFERENCE,
    (all: string, braced?: string, digits?: string, sign?: string) => {
      const named = braced ?? (digits === undefined ? undefined : String(Number(digits)));
      const filled = named === undefined ? signified(sign, filling) : groupNamed(named, filling);
      length += filled?.length ?? 0;
      return length > MAX_RESULT ? filling.tooLong() : (filled ?? all);
    },
  );
}

function signified(sign: string | undefined, { text, match }: Filling): string {
  const [start, end] = match[0];
  if (sign === '&') return text.slice(start, end);
  if (sign === '`') return text.slice(0, start);
  if (sign === "'") return text.slice(end);
  if (sign === '_') return text;
  return sign === '+' ? groupText(text, match, match.length - 1) : '$';
}

function groupNamed(name: string, { text, match, groups }: Filling): string | undefined {
  const number = groups.get(name);
  return number === undefined ? undefined : groupText(text, match, number);
}

/** The text of a group; "" where it took no part. */
export function groupText(text: string, match: Match, number: number): string {
  const span = match[number];
  return span ? text.slice(span[0], span[1]) : '';
}
