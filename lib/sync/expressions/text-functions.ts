import type { Call } from './call.ts';
import { lower, title, titleBetween, upper } from './casing.ts';
import { cut } from './cut.ts';
import { type FunctionDefinition, type FunctionTable, ofText, simple } from './definition.ts';
import { withoutDiacritics } from './diacritics.ts';
import type { Evaluator } from './node.ts';

/** Functions of text. Positions and lengths count UTF-16 units, and positions begin at 1. */
export const TEXT_FUNCTIONS: FunctionTable = {
  /** Nothing is appended to nothing: a missing name must not become "@contoso.com". */
  Append: simple([2], (call, scope) => {
    const text = call.text(scope, 0);
    return text === null ? null : text + (call.text(scope, 1) ?? '');
  }),

  InStr: { min: 2, max: 4, mayBeEmpty: (index) => index >= 2, prepare: prepareInStr },

  /** n = 0 is "", n < 0 the whole, null "" (Entra docs). */
  Left: simple([2], (call, scope) => {
    const text = call.text(scope, 0) ?? '';
    const count = call.count(scope, 1);
    return count < 0 ? text : cut(text, 0, count);
  }),

  Len: simple([1], (call, scope) => call.text(scope, 0)?.length ?? 0),

  /** "" of null, and past the end; without a length, all that follows. */
  Mid: simple([2, 3], (call, scope) => {
    const text = call.text(scope, 0) ?? '';
    const start = call.count(scope, 1);
    const length = call.isGiven(2) ? call.count(scope, 2) : text.length;
    if (start < 1) return call.fail('start begins at 1');
    if (length < 0) return call.fail('length is negative');
    return cut(text, start - 1, start - 1 + length);
  }),

  NormalizeDiacritics: ofText(withoutDiacritics),

  PCase: simple(
    [1, 2],
    (call, scope) => {
      const text = call.text(scope, 0);
      const separators = call.text(scope, 1);
      if (text === null) return null;
      return separators ? titleBetween(text, separators) : title(text);
    },
    { mayBeEmpty: (index) => index === 1 },
  ),

  StripSpaces: ofText((text) => text.replaceAll(' ', '')),

  ToLower: inCulture(lower, (text, culture) => text.toLocaleLowerCase(culture)),

  ToUpper: inCulture(upper, (text, culture) => text.toLocaleUpperCase(culture)),

  /** "" where there is no such word (Entra docs). Delimiters in a row separate once. */
  Word: simple([3], (call, scope) => {
    const text = call.text(scope, 0) ?? '';
    const index = call.count(scope, 1);
    return wordsOf(text, call.text(scope, 2) ?? '')[index - 1] ?? '';
  }),
};

/** 0 where there is none, or where a text is null. */
function prepareInStr(call: Call): Evaluator {
  const comparesText = call.prepared(3, (mode) => {
    if (mode === 'vbTextCompare' || mode === 'vbBinaryCompare') return mode === 'vbTextCompare';
    return call.fail('compareType is vbTextCompare or vbBinaryCompare');
  });
  return (scope) => {
    const text = call.text(scope, 0) ?? '';
    const wanted = call.text(scope, 1);
    const start = call.isGiven(2) ? call.count(scope, 2) : 1;
    if (start < 1) return call.fail('start begins at 1');
    if (wanted === null || start > text.length) return 0;
    const found = comparesText(scope)
      ? lower(text).indexOf(lower(wanted), start - 1)
      : text.indexOf(wanted, start - 1);
    return found + 1;
  };
}

/** Invariant without a culture; otherwise by that culture's rules. */
function inCulture(
  invariant: (text: string) => string,
  cultural: (text: string, culture: string) => string,
): FunctionDefinition {
  const prepare = (call: Call): Evaluator => {
    const cultureOf = call.prepared(1, (tag) => languageTag(tag, call));
    return (scope) => {
      const text = call.text(scope, 0);
      const culture = cultureOf(scope);
      if (text === null) return null;
      return culture ? cultural(text, culture) : invariant(text);
    };
  };
  return { min: 1, max: 2, mayBeEmpty: (index) => index === 1, prepare };
}

/** "" is .NET's name of the invariant culture. */
function languageTag(tag: string, call: Call): string {
  if (tag === '') return tag;
  try {
    return Intl.getCanonicalLocales(tag)[0] ?? '';
  } catch {
    return call.fail('the culture is no language tag, such as en-US');
  }
}

function wordsOf(text: string, delimiters: string): readonly string[] {
  const between = new Set(delimiters);
  const words: string[] = [];
  let word = '';
  for (const char of text) {
    if (!between.has(char)) word += char;
    else if (word !== '') {
      words.push(word);
      word = '';
    }
  }
  return word === '' ? words : [...words, word];
}
