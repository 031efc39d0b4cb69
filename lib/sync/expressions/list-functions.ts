import type { Call } from './call.ts';
import { type FunctionTable, simple } from './definition.ts';
import { MAX_RESULT } from './limits.ts';
import type { Scope } from './node.ts';
import { trim } from './trim.ts';
import { type ExpressionValue, isList, textOf } from './value.ts';

/** Functions of several values. */
export const LIST_FUNCTIONS: FunctionTable = {
  /** A single value counts as one, null as none. */
  Count: simple([1], (call, scope) => call.list(scope, 0).length),

  /** 1-based. Where there is no such value, that is an error which the catching functions take for null. */
  Item: simple([2], (call, scope) => {
    const items = call.list(scope, 0);
    const item = items[call.count(scope, 1) - 1];
    return item === undefined ? call.failAbsent('there is no such value') : item;
  }),

  /** Lists are taken apart; null and "" are left out, as in the sample of Entra's docs. */
  Join: simple([2, Number.POSITIVE_INFINITY], join),

  /** In their first order; a single value stays one. */
  RemoveDuplicates: simple([1], (call, scope) => {
    const value = call.value(scope, 0);
    return isList(value) ? [...new Set(value)] : value;
  }),

  /**
   * Blanks around the values go, as in the sample of Entra's docs; empty values stay, so that
   * Item() counts levels right.
   */
  Split: simple([2], (call, scope) => {
    const text = call.text(scope, 0);
    const delimiter = call.text(scope, 1);
    if (text === null) return null;
    if (!delimiter) return call.fail('the delimiter is empty');
    return text.split(delimiter).map(trim);
  }),

  /** Each value of a list is trimmed (Entra docs of cloud sync: Trim). */
  Trim: simple([1], (call, scope) => {
    const value = call.value(scope, 0);
    if (!isList(value)) return trimmed(value, call);
    return value.map((item) => trimmed(item, call));
  }),
};

function join(call: Call, scope: Scope): string {
  const separator = call.text(scope, 0) ?? '';
  let joined = '';
  for (let index = 1; index < call.args.length; index += 1) {
    for (const item of call.list(scope, index)) {
      const text = textOf(item);
      if (text === undefined) return call.fail(`argument ${index + 1} holds what is no text`);
      if (text) joined = joined === '' ? text : joined + separator + text;
      if (joined.length > MAX_RESULT) return call.failTooLong();
    }
  }
  return joined;
}

function trimmed(value: ExpressionValue, call: Call): string | null {
  const text = textOf(value);
  if (text === undefined) return call.fail('a value is no text');
  return text === null ? null : trim(text);
}
