import type { Json } from '../entry.ts';
import type { Expression } from './expression.ts';
import { IgnoredFlow } from './ignored-flow.ts';
import type { Node, Scope } from './node.ts';
import { bounded } from './nodes.ts';
import { type ExpressionValue, isNothing } from './value.ts';

/** evaluate() came upon IgnoreFlowIfNullOrEmpty, and there is nothing: nothing flows. */
export const IGNORED: unique symbol = Symbol('ignored');

/** What an expression needs beside the entry. */
export interface ExpressionContext {
  /** Milliseconds since 1970: Now(). */
  readonly now: number;
  /** At least 0, below 1 (RandomString, Guid): the caller gives a cryptographically strong one. */
  readonly random: () => number;
  /** DefaultDomain(); undefined = not known (null in the language). */
  readonly defaultDomain?: string | undefined;
}

/**
 * What an expression comes to for an entry.
 *
 * @param entry property values under their own names; only its own properties are read
 * @returns IGNORED where nothing flows; for SelectUniqueValue the first candidate, or null
 * @throws ExpressionError
 */
export function evaluate(
  expression: Expression,
  entry: Readonly<Record<string, Json>>,
  context: ExpressionContext,
): ExpressionValue | typeof IGNORED {
  return resultOf(expression.root, { entry, context });
}

/**
 * The values to try, in order: of SelectUniqueValue what each of its rules yields, empties left
 * out; of any other expression its one value.
 *
 * @returns nothing where nothing flows
 * @throws ExpressionError
 */
export function candidates(
  { root }: Expression,
  entry: Readonly<Record<string, Json>>,
  context: ExpressionContext,
): readonly ExpressionValue[] {
  const scope = { entry, context };
  const isChoice = root.kind === 'call' && root.name === 'SelectUniqueValue';
  const values = (isChoice ? root.args : [root]).map((rule) => resultOf(rule, scope));
  return values
    .filter((value) => value !== IGNORED)
    .filter((value) => !isChoice || !isNothing(value));
}

function resultOf(node: Node, scope: Scope): ExpressionValue | typeof IGNORED {
  try {
    return bounded(node.evaluate(scope), node.position, 'the expression');
  } catch (error) {
    if (error instanceof IgnoredFlow) return IGNORED;
    throw error;
  }
}
