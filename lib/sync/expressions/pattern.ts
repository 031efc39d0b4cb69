import { RE2JS } from 're2js';
import { MAX_PATTERN, MAX_PATTERN_SIZE, MAX_PATTERN_WORK } from './limits.ts';
import { type Refuse, type Translation, translate } from './pattern-syntax.ts';

/** A regular expression that was read. */
export interface Pattern {
  readonly regex: RE2JS;
  /** RE2's number of every group by what .NET calls it: its number, and its name if it has one. */
  readonly groups: ReadonlyMap<string, number>;
  readonly hasWordBoundary: boolean;
}

/** Where something stands in a text. */
export type Span = readonly [start: number, end: number];

/** One match: the whole and every group, by RE2's numbers; null where a group took no part. */
export type Match = readonly [whole: Span, ...groups: (Span | null)[]];

/** Reads a pattern in .NET's syntax. */
export function patternOf(text: string, refuse: Refuse): Pattern {
  if (text.length > MAX_PATTERN)
    return refuse(`the pattern is longer than ${MAX_PATTERN} characters`);
  const translation = translate(text, refuse);
  const regex = compiled(translation.source, refuse);
  if (regex.programSize() > MAX_PATTERN_SIZE) return refuse('the pattern is too large');
  return { regex, groups: numbered(translation), hasWordBoundary: translation.hasWordBoundary };
}

/** All matches, one after the other, none over another. */
export function* matchesOf(pattern: Pattern, text: string, refuse: Refuse): Generator<Match> {
  const { regex, hasWordBoundary } = pattern;
  if (hasWordBoundary && !/^\p{ASCII}*$/u.test(text))
    return refuse('\\b and \\B know ASCII letters only, and the text has others');
  const matcher = regex.matcher(text);
  const spanOf = (group: number): Span | null =>
    matcher.start(group) < 0 ? null : [matcher.start(group), matcher.end(group)];
  const groups = Array.from({ length: regex.groupCount() }, (_, index) => index + 1);
  let work = 0;
  let at = 0;
  for (;;) {
    work += (text.length - at) * regex.programSize();
    if (work > MAX_PATTERN_WORK) return refuse('the pattern has too much to do with this text');
    if (!matcher.find()) return;
    at = matcher.end();
    yield [[matcher.start(), at], ...groups.map(spanOf)];
  }
}

function compiled(source: string, refuse: Refuse): RE2JS {
  try {
    return RE2JS.compile(source);
  } catch (error) {
    // What follows is a piece of the pattern, which may come from the entry.
    const reason = error instanceof Error ? error.message.replace(/: `[\s\S]*$/, '') : '';
    return refuse(reason.replace('error parsing regexp: ', 'the pattern is not valid: '));
  }
}

/** Groups without a name count first, from left to right; then those with one (.NET docs: grouping constructs). */
function numbered({ groups }: Translation): ReadonlyMap<string, number> {
  const all = groups.map((name, index) => ({ name, number: index + 1 }));
  const inOrder = [...all.filter(({ name }) => !name), ...all.filter(({ name }) => name)];
  const byNumber = inOrder.map(({ number }, index) => [String(index + 1), number] as const);
  const byName = all.flatMap(({ name, number }) => (name ? [[name, number] as const] : []));
  return new Map([['0', 0], ...byNumber, ...byName]);
}
