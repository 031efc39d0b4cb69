const ASCII = /^\p{ASCII}*$/u;

/** Single characters whose capital differs from what a word begins with (.NET: TextInfo.ToTitleCase). */
const TITLES: ReadonlyMap<string, string> = new Map([
  ['\u01c6', '\u01c5'],
  ['\u01c9', '\u01c8'],
  ['\u01cc', '\u01cb'],
  ['\u01f3', '\u01f2'],
]);

/**
 * A word for ToTitleCase: a letter, and all up to the next separator. The categories are .NET's
 * (TextInfo.cs), and an apostrophe inside a word begins none there: O'brien.
 */
const WORD = /(\p{L})((?:'|[^\p{Z}\p{Cc}\p{Cf}\p{P}\p{S}])*)/gu;

/**
 * Lower case by the invariant culture: one character for one character, so a text keeps its length
 * and \u0130 stays (.NET: String.ToLowerInvariant).
 */
export function lower(text: string): string {
  if (ASCII.test(text)) return text.toLowerCase();
  return each(text, (char) => (char === '\u0130' ? char : char.toLowerCase()));
}

/** Upper case by the invariant culture: \u00df and \u0131 stay (.NET: String.ToUpperInvariant). */
export function upper(text: string): string {
  if (ASCII.test(text)) return text.toUpperCase();
  return each(text, (char) => (char === '\u0131' ? char : char.toUpperCase()));
}

/** Every word with a capital, the rest in lower case (.NET: TextInfo.ToTitleCase on lowered text). */
export function title(text: string): string {
  return lower(text).replace(WORD, (_, first: string, rest: string) => capital(first) + rest);
}

/** The same, where only the given characters separate words. */
export function titleBetween(text: string, separators: string): string {
  const between = new Set(separators);
  let isStart = true;
  return each(lower(text), (char) => {
    const shown = isStart ? capital(char) : char;
    isStart = between.has(char);
    return shown;
  });
}

function capital(char: string): string {
  return TITLES.get(char) ?? upper(char);
}

/** Maps character by character; what would become several stays as it is. */
function each(text: string, map: (char: string) => string): string {
  return Array.from(text, (char) => {
    const mapped = map(char);
    return mapped.length === char.length ? mapped : char;
  }).join('');
}
