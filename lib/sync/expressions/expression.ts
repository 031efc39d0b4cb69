import { ExpressionError } from './expression-error.ts';
import { MAX_EXPRESSION } from './limits.ts';
import type { Node } from './node.ts';
import { parse } from './parser.ts';

export { ExpressionError } from './expression-error.ts';
export type { ExpressionValue } from './value.ts';

/**
 * An expression that was read and checked: names of functions, counts of arguments, nesting, and
 * whatever is constant (patterns, date formats).
 */
export interface Expression {
  readonly text: string;
  /** The properties that it reads ([name]), each once, in order of appearance. */
  readonly sources: readonly string[];
  /**
   * It calls Guid(), Now(), RandomString() or SelectUniqueValue(): it yields something else each
   * time, so it runs at creation only.
   */
  readonly isVolatile: boolean;
  readonly root: Node;
}

/**
 * Reads an expression in Entra's attribute-mapping language (Entra docs: reference for writing
 * expressions for attribute mappings). docs/expressions.md tells administrators what it knows.
 *
 * @throws ExpressionError
 */
export function parseExpression(text: string): Expression {
  if (text.length > MAX_EXPRESSION)
    throw new ExpressionError(
      `the expression is longer than ${MAX_EXPRESSION} characters`,
      MAX_EXPRESSION,
    );
  return { text, ...parse(text) };
}
