/** Letters that do not decompose (Entra docs: NormalizeDiacritics); with a macron or without. */
const LETTERS: ReadonlyMap<string, string> = new Map([
  ['\u00e6', 'ae'],
  ['\u00c6', 'AE'],
  ['\u00f8', 'oe'],
  ['\u00d8', 'OE'],
  ['\u0153', 'oe'],
  ['\u0152', 'OE'],
  ['\u00df', 'ss'],
  ['\u0142', 'l'],
  ['\u0141', 'L'],
  ['\u0131', 'i'],
]);

const UNDECOMPOSED = new RegExp(`[${[...LETTERS.keys()].join('')}]`, 'g');

/** Marks above and below Latin letters only: in other scripts they are part of the spelling. */
const MARKS = /(?<=\p{Script=Latin})\p{Mn}+/gu;

/** Latin letters without their diacritics: \u00e4 becomes a, not ae, by Entra's table. */
export function withoutDiacritics(text: string): string {
  return text
    .normalize('NFD')
    .replace(MARKS, '')
    .replace(UNDECOMPOSED, (letter) => LETTERS.get(letter) ?? letter)
    .normalize('NFC');
}
