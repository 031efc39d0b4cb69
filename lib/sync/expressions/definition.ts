import type { Call } from './call.ts';
import type { Evaluator, Scope } from './node.ts';
import type { ExpressionValue } from './value.ts';

/** What the language knows of a function. */
export interface FunctionDefinition {
  /** How many arguments it takes; empty positions count. */
  readonly min: number;
  readonly max: number;
  /** Arguments come in pairs. */
  readonly isEven?: true;
  /** Which positions (from 0) may be left empty; none, unless said. */
  readonly mayBeEmpty?: (index: number, count: number) => boolean;
  /** It yields something else each time. */
  readonly isVolatile?: true;
  /** It can only be the whole expression. */
  readonly isTopOnly?: true;
  /** Made once, when the expression is read; faults in constant arguments show then. */
  readonly prepare: (call: Call) => Evaluator;
}

/** Functions by their names. */
export type FunctionTable = Readonly<Record<string, FunctionDefinition>>;

/** What a function does at each evaluation. */
type Run = (call: Call, scope: Scope) => ExpressionValue;

/** A function of so many arguments with nothing to prepare. */
export function simple(
  counts: readonly [min: number, max?: number],
  run: Run,
  more: Omit<FunctionDefinition, 'min' | 'max' | 'prepare'> = {},
): FunctionDefinition {
  const [min, max = min] = counts;
  return { min, max, prepare: (call) => (scope) => run(call, scope), ...more };
}

/** A function of one text: no text in, no text out. */
export function ofText(
  transform: (text: string, call: Call) => ExpressionValue,
): FunctionDefinition {
  return simple([1], (call, scope) => {
    const text = call.text(scope, 0);
    return text === null ? null : transform(text, call);
  });
}
