/** A person's names, as far as they are known. */
export interface Names {
  givenName?: string;
  familyName?: string;
}

/** Words that lead a surname; only in lower case, since Van and Al are given names as well. */
const PARTICLES = wordSet(`
  af al am ap auf av aw bar ben bin bint da dal dalla das de degli dei del della delle den der des di
  do dos du el ibn in la las le les lo los op 't te ten ter tot van vande vanden vander vom von zu
  zum zur بن ابن בן
`);

/** Words between the two halves of a surname: Ortega y Gasset, Costa e Silva. */
const JOINTS = wordSet('e i y');

/** What may stand before a name. Those with a full stop are words, or names, without it. */
const TITLES = wordSet(`
  dr prof prof.dr pd mr mrs ms mx mme mlle herr frau sir sra srta dott sr ing. dipl. dipl.-ing mag.
  med. habil. rer. nat. phil. jur. h.c
`);

/** What may stand behind one. */
const SUFFIXES = wordSet('phd ph.d md m.d mba msc m.sc bsc b.sc jr sr ii iii iv esq');

const EMOJI = /\p{Extended_Pictographic}|\p{RI}|\p{Emoji_Modifier}|[\u{e0020}-\u{e007f}]/gu;
const CONTROLS = /[\p{Cc}\u200b]/gu;
/** Marks that only say which way text runs. */
const DIRECTIONS = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;
const COMMAS = /[,،，、]/;
const BARS = /[|｜]/;
const OPENING = '([{<（【［';
const CLOSING = ')]}>）】］';
const HAS_LETTER = /[\p{L}\p{N}]/u;
const EAST_ASIAN = /^[\p{Script=Han}\p{Script=Hangul}\p{Script=Hiragana}]+$/u;

type Words = readonly string[];

/**
 * Fills in a missing given name or surname from the display name. What is known stays; a part that
 * is missing stays absent where the display name yields nothing.
 *
 * | display name | given name | surname | since |
 * | --- | --- | --- | --- |
 * | `Ada King Lovelace` | Ada King | Lovelace | the surname is the last word |
 * | `Lovelace, Ada` | Ada | Lovelace | a comma turns the order |
 * | `Ludwig van Beethoven`, `Beethoven, Ludwig van` | Ludwig | van Beethoven | lower-case particles lead the surname |
 * | `José Ortega y Gasset` | José | Ortega y Gasset | y, e and i join surnames |
 * | `山田 太郎` | 太郎 | 山田 | two words of Han, Hangul or Hiragana: the surname comes first |
 * | `Cher`, `van Dyck` | Cher | Cher | an application that wants both gets what there is |
 * | `Dr. Ada Lovelace`, `Ada Lovelace, PhD` | Ada | Lovelace | titles are left out, unless nothing else is there |
 * | `Ada Lovelace (Extern)`, `Ada Lovelace \| ACME` | Ada | Lovelace | what stands in brackets or behind a bar is left out |
 * | `🚀 Ada - Lovelace` | Ada | Lovelace | emoji and words without a letter or digit are left out |
 * | `Maria Santos Silva`, surname known: Santos Silva | Maria | stays | the rest of the name is the other part |
 *
 * Right-to-left text is stored in the order in which it is read, so nothing differs there.
 */
export function namesFrom(displayName: string | undefined, known: Names): Names {
  const there: Names = {
    ...(known.givenName?.trim() && { givenName: known.givenName }),
    ...(known.familyName?.trim() && { familyName: known.familyName }),
  };
  if (there.givenName && there.familyName) return there;
  return { ...split(displayName ?? '', there.givenName ?? there.familyName), ...there };
}

/** @param known the one name that is known already */
function split(displayName: string, known: string | undefined): Names {
  const [first = [], second] = partsOf(displayName);
  if (first.length === 0) return {};
  if (second) return turned(untitled(first, 1), untitled(second, 1));
  // Two words stay: what looks like a suffix may be all there is of a surname.
  const words = untitled(first, 2);
  const rest = known === undefined ? [] : without(words, wordsOf(known));
  return rest.length > 0 ? both(rest) : inOrder(words);
}

function turned(family: Words, given: Words): Names {
  const end = given.findLastIndex((word) => !PARTICLES.has(word)) + 1;
  if (end === 0) return { givenName: given.join(' '), familyName: family.join(' ') };
  const particles = given.slice(end);
  return {
    givenName: given.slice(0, end).join(' '),
    familyName: [...particles, ...family].join(' '),
  };
}

function inOrder(words: Words): Names {
  const [first = '', second = ''] = words;
  if (words.length === 2 && words.every((word) => EAST_ASIAN.test(word)))
    return { givenName: second, familyName: first };
  const start = surnameStart(words);
  if (start === 0) return both(words);
  return { givenName: words.slice(0, start).join(' '), familyName: words.slice(start).join(' ') };
}

function surnameStart(words: Words): number {
  const last = words.length - 1;
  const isJoined = (index: number) =>
    index > 0 && index + 1 < last && JOINTS.has(words[index + 1] ?? '');
  const start = words.findIndex(
    (word, index) => index < last && (PARTICLES.has(word) || isJoined(index)),
  );
  return start === -1 ? last : start;
}

function both(words: Words): Names {
  return { givenName: words.join(' '), familyName: words.join(' ') };
}

/** The words but those of a name at their beginning or end; none where it is at neither. */
function without(words: Words, name: Words): Words {
  const isName = (some: Words) =>
    some.length > 0 && some.join(' ').toLowerCase() === name.join(' ').toLowerCase();
  const [before, after] = [words.slice(0, -name.length), words.slice(name.length)];
  if (isName(words.slice(before.length))) return before;
  return isName(words.slice(0, name.length)) ? after : [];
}

/** The words of what the commas divide, the first of them, and what is more than a title. */
function partsOf(displayName: string): readonly Words[] {
  const [named = ''] = outsideBrackets(displayName)
    .split(BARS)
    .filter((text) => HAS_LETTER.test(text));
  const parts = named.split(COMMAS).map(wordsOf);
  return parts
    .filter((words) => words.length > 0)
    .filter((words, index) => index === 0 || !words.every((word) => isTitle(word)));
}

/** With blanks for what stands in brackets; one that is never closed reaches to the end. */
function outsideBrackets(text: string): string {
  let depth = 0;
  let outside = '';
  for (const char of text) {
    const isClosing = CLOSING.includes(char);
    if (OPENING.includes(char)) depth += 1;
    outside += depth > 0 || isClosing ? ' ' : char;
    if (isClosing) depth = Math.max(depth - 1, 0);
  }
  return outside;
}

function wordsOf(text: string): Words {
  return text
    .replace(DIRECTIONS, '')
    .replace(EMOJI, ' ')
    .replace(CONTROLS, ' ')
    .split(/\s+/)
    .filter((word) => HAS_LETTER.test(word));
}

/** The words without titles before them, and without suffixes while more than `enough` are left. */
function untitled(words: Words, enough: number): Words {
  const start = words.findIndex((word, index) => index === words.length - 1 || !isIn(TITLES, word));
  const named = words.slice(start);
  const end = named.findLastIndex((word, index) => index < enough || !isIn(SUFFIXES, word));
  return named.slice(0, end + 1);
}

function isTitle(word: string): boolean {
  return isIn(TITLES, word) || isIn(SUFFIXES, word);
}

function isIn(words: ReadonlySet<string>, word: string): boolean {
  const lower = word.toLowerCase();
  return words.has(lower) || words.has(lower.replace(/\.$/, ''));
}

function wordSet(text: string): ReadonlySet<string> {
  return new Set(text.trim().split(/\s+/));
}
