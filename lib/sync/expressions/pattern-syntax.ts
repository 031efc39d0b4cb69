import { MAX_PATTERN_SIZE } from './limits.ts';

/** A .NET pattern, as RE2 reads it. */
export interface Translation {
  readonly source: string;
  /** The name of every group in the order of their parentheses; null where it has none. */
  readonly groups: readonly (string | null)[];
  /** It asks where words begin or end, which RE2 knows of ASCII letters only. */
  readonly hasWordBoundary: boolean;
}

/** Told what is wrong with a pattern. */
export type Refuse = (fault: string) => never;

interface State {
  readonly refuse: Refuse;
  readonly groups: (string | null)[];
  hasWordBoundary: boolean;
  /** About how many instructions there are so far, in each group that is open. */
  readonly sizes: number[];
  /** How many of them are of the last character, set or group, which may be repeated yet. */
  last: number;
}

/** What is found at a place, and what is written for it. */
type Rule = readonly [found: RegExp, write: (found: RegExpExecArray, state: State) => string];

/** The sets of .NET are of all Unicode, where RE2 knows ASCII alone (.NET docs: character classes). */
const SETS: Readonly<Record<string, string>> = {
  w: '\\p{L}\\p{Mn}\\p{Nd}\\p{Pc}',
  W: '\\p{Mc}\\p{Me}\\p{Nl}\\p{No}\\p{Pd}\\p{Ps}\\p{Pe}\\p{Pi}\\p{Pf}\\p{Po}\\p{S}\\p{Z}\\p{C}',
  d: '\\p{Nd}',
  D: '\\P{Nd}',
  s: '\\t-\\r\\x{85}\\p{Z}',
  S:
    '\\x00-\\x08\\x0e-\\x1f\\x21-\\x{84}\\x{86}-\\x{9f}\\x{a1}-\\x{167f}\\x{1681}-\\x{1fff}' +
    '\\x{200b}-\\x{2027}\\x{202a}-\\x{202e}\\x{2030}-\\x{205e}\\x{2060}-\\x{2fff}\\x{3001}-\\x{10ffff}',
};

const set = ([, letter = '']: RegExpExecArray): string => SETS[letter] ?? '';
const same = ([all]: RegExpExecArray): string => all;
const refusing =
  (fault: string) =>
  (_: RegExpExecArray, { refuse }: State): string =>
    refuse(fault);

/** Escapes that mean one character, wherever they stand. */
const ESCAPES: readonly Rule[] = [
  [/\\u([0-9A-Fa-f]{4})/y, ([, code]) => `\\x{${code}}`],
  [/\\x[0-9A-Fa-f]{2}/y, same],
  [/\\c([A-Za-z])/y, ([, char = '']) => `\\x{${(char.charCodeAt(0) & 31).toString(16)}}`],
  [/\\e/y, () => '\\x{1b}'],
  [/\\0[0-7]{0,2}/y, ([all]) => `\\x{${Number.parseInt(all.slice(1), 8).toString(16)}}`],
  [/\\[aftnrv]|\\[pP]\{\^?\w+\}/y, same],
  [/\\[^\p{L}\p{N}]/uy, ([all]) => (/\p{ASCII}$/u.test(all) ? all : all.slice(1))],
  [/\\/y, refusing('an escape is not known')],
];

/** What can stand between brackets. */
const IN_SET: readonly Rule[] = [
  [/-\[/y, refusing('sets that are taken out of sets are not supported')],
  [/\[/y, () => '\\['],
  [/\\([wWdDsS])/y, set],
  [/\\b/y, () => '\\x08'],
  ...ESCAPES,
  [/[\s\S]/uy, same],
];

const NAME = '[\\p{L}_][\\p{L}\\p{N}_]*';

/** What is no character, nor a set of them. */
const SYNTAX: readonly Rule[] = [
  [/\(\?#[^)]*\)/y, () => ''],
  [new RegExp(`\\(\\?(?:P?<(${NAME})>|'(${NAME})')`, 'uy'), openNamed],
  [/\(\?<?[=!]/y, refusing('look-ahead and look-behind are not supported')],
  [/\(\?>/y, refusing('atomic groups are not supported')],
  [/\(\?[<'(]/y, refusing('numbered, balancing and conditional groups are not supported')],
  [/\(\?[ims]*(?:-[ims]+)?\)/y, same],
  [/\(\?[ims]*(?:-[ims]+)?:/y, open],
  [/\(\?/y, refusing('of the options only i, m and s are supported')],
  [/\(/y, (found, state) => openGroup(found, state, null)],
  [/\)/y, close],
  [/\\(?:[1-9]|k)/y, refusing('backreferences are not supported')],
  [/\\[GZ]/y, refusing('\\G and \\Z are not supported; \\z is the end of the text')],
  [/\\[bB]/y, boundary],
  [/\\[Az]|[\^$|*+?]/y, same],
  [/\{(\d{1,4})(?:(,)(\d{0,4}))?\}/y, repeat],
];

const ATOMS: readonly Rule[] = [
  [/\[(\^?)(\]?(?:\\[\s\S]|[^\]\\])*)\]/uy, wholeSet],
  [/\[/y, refusing('a bracket is not closed')],
  [/\\([wWdDsS])/y, (found) => `[${set(found)}]`],
  ...ESCAPES,
  [/[\s\S]/uy, same],
];

const RULES: readonly Rule[] = [...SYNTAX, ...ATOMS.map(weighing)];

/**
 * Translates a pattern from .NET's syntax to RE2's, and refuses what RE2 cannot do in linear time
 * (.NET docs: regular expression language; RE2: syntax).
 */
export function translate(pattern: string, refuse: Refuse): Translation {
  const state: State = { refuse, groups: [], hasWordBoundary: false, sizes: [0], last: 0 };
  const source = rewritten(pattern, RULES, state);
  if (state.sizes.length > 1) return refuse('a parenthesis is not closed');
  return { source, groups: state.groups, hasWordBoundary: state.hasWordBoundary };
}

function rewritten(text: string, rules: readonly Rule[], state: State): string {
  let written = '';
  for (let at = 0; at < text.length; ) {
    const [found, write] = ruleAt(text, at, rules);
    at += found[0].length;
    written += write(found, state);
  }
  return written;
}

/** The first rule that fits; the last of them fits everywhere. */
function ruleAt(
  text: string,
  at: number,
  rules: readonly Rule[],
): readonly [RegExpExecArray, Rule[1]] {
  for (const [pattern, write] of rules) {
    pattern.lastIndex = at;
    const found = pattern.exec(text);
    if (found) return [found, write];
  }
  throw new Error('no rule fits');
}

function wholeSet([, negation = '', content = '']: RegExpExecArray, state: State): string {
  return `[${negation}${rewritten(content, IN_SET, state)}]`;
}

function boundary([all]: RegExpExecArray, state: State): string {
  state.hasWordBoundary = true;
  return all;
}

/** Names stay with us: RE2 counts groups from left to right, .NET those with names last. */
function openNamed(found: RegExpExecArray, state: State): string {
  const name = found[1] ?? found[2] ?? null;
  if (state.groups.includes(name)) return state.refuse('two groups have the same name');
  return openGroup(found, state, name);
}

function openGroup(found: RegExpExecArray, state: State, name: string | null): string {
  state.groups.push(name);
  open(found, state);
  return '(';
}

function open([all]: RegExpExecArray, state: State): string {
  state.sizes.push(0);
  return all;
}

function close(_: RegExpExecArray, state: State): string {
  const size = state.sizes.pop() ?? 0;
  if (state.sizes.length === 0) return state.refuse('a parenthesis is not opened');
  grow(state, size + 2);
  state.last = size + 2;
  return ')';
}

/** {n}, {n,} and {n,m} spell out what they repeat. */
function repeat([all, from, comma, to]: RegExpExecArray, state: State): string {
  const times = Number(to || from) + (comma && !to ? 1 : 0);
  grow(state, state.last * Math.max(times - 1, 0));
  state.last *= Math.max(times, 1);
  return all;
}

function weighing([pattern, write]: Rule): Rule {
  const weighed: Rule[1] = (found, state) => {
    grow(state, 1);
    state.last = 1;
    return write(found, state);
  };
  return [pattern, weighed];
}

function grow(state: State, size: number): void {
  const innermost = state.sizes.length - 1;
  const grown = (state.sizes[innermost] ?? 0) + size;
  if (grown > MAX_PATTERN_SIZE)
    state.refuse('the pattern is too large once its repetitions are spelled out');
  state.sizes[innermost] = grown;
}
