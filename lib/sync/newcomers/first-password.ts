import { randomInt } from 'node:crypto';

/** No letter or digit that is easily taken for another. */
const CLASSES = [
  'ABCDEFGHJKLMNPQRSTUVWXYZ',
  'abcdefghijkmnopqrstuvwxyz',
  '23456789',
  '!#%*+-=?@_',
] as const;

/** Of 256 characters at most (Microsoft docs: password policies). */
const LENGTH = 24;

/**
 * A first password, of all four kinds of characters (Microsoft docs: Microsoft Entra password policy),
 * from a cryptographically strong source: some 140 bits.
 */
export function firstPassword(random: (below: number) => number = randomInt): string {
  const one = (characters: string) => characters[random(characters.length)] ?? '';
  const all = CLASSES.join('');
  const letters = [
    ...CLASSES.map(one),
    ...Array.from({ length: LENGTH - CLASSES.length }, () => one(all)),
  ];
  for (let at = letters.length - 1; at > 0; at -= 1) {
    const other = random(at + 1);
    [letters[at], letters[other]] = [letters[other] ?? '', letters[at] ?? ''];
  }
  return letters.join('');
}
