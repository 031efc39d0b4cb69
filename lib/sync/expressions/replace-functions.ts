import type { Call } from './call.ts';
import type { FunctionTable } from './definition.ts';
import { MAX_PATTERN, MAX_RESULT } from './limits.ts';
import type { Evaluator, Scope } from './node.ts';
import { type Match, matchesOf, type Pattern, patternOf } from './pattern.ts';
import { filledIn, groupText } from './replacement.ts';

/** Replace's arguments by position (Entra docs). */
const SOURCE = 0;
const OLD = 1;
const PATTERN = 2;
const GROUP = 3;
const REPLACEMENT = 4;
const ATTRIBUTE = 5;
const TEMPLATE = 6;

/** Replace: which of its five ways it goes is told by the arguments that are given. */
export const REPLACE_FUNCTIONS: FunctionTable = {
  Replace: { min: 5, max: 7, mayBeEmpty: (index) => index > SOURCE, prepare: prepareReplace },
};

/**
 * | given | what comes of it |
 * | --- | --- |
 * | oldValue, replacementValue | every oldValue in source is replaced |
 * | oldValue, template | source takes the place of every oldValue in template |
 * | regexPattern, replacementValue | every match in source is replaced |
 * | regexPattern, regexGroupName, replacementValue | of every match, the group |
 * | regexPattern, regexGroupName, replacementAttributeName | source; where it is empty, the group in the attribute |
 */
function prepareReplace(call: Call): Evaluator {
  const isOld = isGiven(call, OLD);
  const isPattern = isGiven(call, PATTERN);
  const [isGroup, isReplacement] = [call.isGiven(GROUP), call.isGiven(REPLACEMENT)];
  if (isOld && isPattern) return call.fail('oldValue and regexPattern exclude each other');
  if (isOld && isReplacement) return replaceText(call);
  if (isOld && call.isGiven(TEMPLATE)) return fillTemplate(call);
  if (isPattern && isReplacement) return isGroup ? replaceGroup(call) : replaceMatches(call);
  if (isPattern && isGroup && call.isGiven(ATTRIBUTE)) return extractGroup(call);
  return call.fail(
    'takes oldValue with replacementValue or template, or regexPattern with replacementValue, or with regexGroupName and replacementAttributeName',
  );
}

/** An old value or a pattern of "" is none. */
function isGiven(call: Call, index: number): boolean {
  const node = call.args[index];
  return call.isGiven(index) && !(node?.kind === 'literal' && node.value === '');
}

function replaceText(call: Call): Evaluator {
  return (scope) => {
    const text = call.text(scope, SOURCE);
    const by = call.text(scope, REPLACEMENT) ?? '';
    return text === null ? null : substituted(text, call.text(scope, OLD), by, call);
  };
}

/** Without a source there is nothing, rather than a template with a hole. */
function fillTemplate(call: Call): Evaluator {
  return (scope) => {
    const by = call.text(scope, SOURCE);
    const template = call.text(scope, TEMPLATE) ?? '';
    return by === null ? null : substituted(template, call.text(scope, OLD), by, call);
  };
}

function substituted(text: string, old: string | null, by: string, call: Call): string {
  if (!old) return text;
  const pieces = text.split(old);
  const length = text.length + (pieces.length - 1) * (by.length - old.length);
  return length > MAX_RESULT ? call.failTooLong() : pieces.join(by);
}

function replaceMatches(call: Call): Evaluator {
  const patternIn = preparedPattern(call);
  return (scope) => {
    const text = call.text(scope, SOURCE);
    const pattern = patternIn(scope);
    const by = call.text(scope, REPLACEMENT) ?? '';
    if (text === null || pattern === null) return text;
    if (by.includes('$') && by.length > MAX_PATTERN)
      return call.fail(`a replacement with references has at most ${MAX_PATTERN} characters`);
    const fill = (match: Match) =>
      filledIn(by, { text, match, groups: pattern.groups, tooLong: () => call.failTooLong() });
    return rewritten(text, matchesOf(pattern, text, refuse(call)), { group: 0, fill, call });
  };
}

/** The replacement is taken as it is: it stands for one group, and refers to none. */
function replaceGroup(call: Call): Evaluator {
  const patternIn = preparedPattern(call);
  return (scope) => {
    const text = call.text(scope, SOURCE);
    const pattern = patternIn(scope);
    const by = call.text(scope, REPLACEMENT) ?? '';
    if (text === null || pattern === null) return text;
    const group = groupNumber(pattern, call.text(scope, GROUP), call);
    const matches = matchesOf(pattern, text, refuse(call));
    return rewritten(text, matches, { group, fill: () => by, call });
  };
}

/** Null where nothing matches. */
function extractGroup(call: Call): Evaluator {
  const patternIn = preparedPattern(call);
  return (scope) => {
    const source = call.text(scope, SOURCE);
    if (source) return source;
    const text = call.text(scope, ATTRIBUTE);
    const pattern = patternIn(scope);
    if (text === null || pattern === null) return null;
    const group = groupNumber(pattern, call.text(scope, GROUP), call);
    for (const match of matchesOf(pattern, text, refuse(call)))
      if (match[group]) return groupText(text, match, group);
    return null;
  };
}

function rewritten(
  text: string,
  matches: Iterable<Match>,
  { group, fill, call }: { group: number; fill: (match: Match) => string; call: Call },
): string {
  let written = '';
  let at = 0;
  for (const match of matches) {
    const span = match[group];
    if (!span) continue;
    written += text.slice(at, span[0]) + fill(match);
    at = span[1];
    if (written.length > MAX_RESULT) return call.failTooLong();
  }
  return written + text.slice(at);
}

/** A constant pattern is read with the expression, and so is a constant group looked for. */
function preparedPattern(call: Call): (scope: Scope) => Pattern | null {
  const { [PATTERN]: pattern, [GROUP]: group } = call.args;
  return call.prepared(PATTERN, (text) => {
    const read = patternOf(text, refuse(call));
    if (pattern?.kind === 'literal' && group?.kind === 'literal')
      groupNumber(read, String(group.value), call);
    return read;
  });
}

function groupNumber(pattern: Pattern, name: string | null, call: Call): number {
  const number = pattern.groups.get(name ?? '');
  return number ?? call.fail('the pattern has no such group', call.args[GROUP]?.position);
}

/** Faults of a pattern are shown where it stands. */
function refuse(call: Call): (fault: string) => never {
  return (fault) => call.fail(fault, call.args[PATTERN]?.position);
}
