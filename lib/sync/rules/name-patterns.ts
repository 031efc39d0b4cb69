import { z } from 'zod';

const LONGEST = 200;
const MOST_STARS = 10;

/** A pattern of names: `*` stands for any run of characters, also none; all else for itself. */
export const namePatternSchema = z
  .string()
  .min(1, { error: 'a name pattern has at least one character' })
  .max(LONGEST, { error: `a name pattern has at most ${LONGEST} characters` })
  .refine((text) => text.split('*').length - 1 <= MOST_STARS, {
    error: `a name pattern has at most ${MOST_STARS} stars`,
  });

/**
 * Whether a name as a whole fits one of the patterns, in any case. Composed and decomposed letters
 * are the same; `ß` is `ss`.
 */
export function matchesName(name: string, patterns: readonly string[]): boolean {
  const folded = fold(name);
  return patterns.some((pattern) => fits(folded, fold(pattern).split('*')));
}

/**
 * The first piece stands at the beginning, the last at the end; each between them is taken where it
 * occurs first, which leaves most to the others. So nothing is ever tried twice.
 */
function fits(name: string, [first = '', ...others]: readonly string[]): boolean {
  const last = others.pop();
  if (last === undefined) return name === first;
  if (!name.startsWith(first)) return false;
  let from = first.length;
  for (const piece of others) {
    const at = name.indexOf(piece, from);
    if (at === -1) return false;
    from = at + piece.length;
  }
  return name.length - last.length >= from && name.endsWith(last);
}

/** Upper case comes last: lower case spells a sigma by where it stands, and a pattern is a part. */
function fold(text: string): string {
  return text.toLowerCase().toUpperCase().normalize('NFC');
}
