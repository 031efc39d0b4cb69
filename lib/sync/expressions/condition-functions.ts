import type { Call } from './call.ts';
import { type FunctionTable, simple } from './definition.ts';
import { IGNORED_FLOW } from './ignored-flow.ts';
import type { Scope } from './node.ts';
import { type ExpressionValue, isNothing, textOf } from './value.ts';

/** Functions that decide: those that take several arguments evaluate only what they choose. */
export const CONDITION_FUNCTIONS: FunctionTable = {
  /** The first that is not null; "" counts as a value. Looks no further. */
  Coalesce: simple([1, Number.POSITIVE_INFINITY], (call, scope) => {
    for (const index of call.args.keys()) {
      const value = call.valueOrAbsence(scope, index);
      if (value !== null) return value;
    }
    return null;
  }),

  IgnoreFlowIfNullOrEmpty: simple([1], (call, scope) => {
    const value = call.valueOrAbsence(scope, 0);
    if (isNothing(value)) throw IGNORED_FLOW;
    return value;
  }),

  /** A condition that is null does not hold. */
  IIF: simple([3], (call, scope) => call.value(scope, call.truth(scope, 0) ? 1 : 2)),

  IsNull: simple([1], (call, scope) => call.valueOrAbsence(scope, 0) === null),

  IsNullOrEmpty: simple([1], (call, scope) => isNothing(call.valueOrAbsence(scope, 0))),

  IsPresent: simple([1], (call, scope) => !isNothing(call.valueOrAbsence(scope, 0))),

  /** Only what says True is turned to False; all else, null too, to True (Entra docs). */
  Not: simple([1], (call, scope) => {
    const text = textOf(call.value(scope, 0));
    return text?.trim().toLowerCase() !== 'true';
  }),

  /** Evaluates keys in order up to the one that matches, and that one's value alone. */
  Switch: simple([4, Number.POSITIVE_INFINITY], runSwitch, {
    isEven: true,
    mayBeEmpty: (index) => index === 1,
  }),

  /** The first that is not empty; candidates() yields the others too. */
  SelectUniqueValue: simple(
    [2, Number.POSITIVE_INFINITY],
    (call, scope) => {
      for (const rule of call.args) {
        const value = rule.evaluate(scope);
        if (!isNothing(value)) return value;
      }
      return null;
    },
    { isVolatile: true, isTopOnly: true },
  ),
};

/** Case-sensitive; the key "" catches what is empty (Entra docs: Switch). */
function runSwitch(call: Call, scope: Scope): ExpressionValue {
  const source = call.text(scope, 0) ?? '';
  for (let index = 2; index < call.args.length; index += 2) {
    if ((call.text(scope, index) ?? '') === source) return call.value(scope, index + 1);
  }
  return call.value(scope, 1);
}
