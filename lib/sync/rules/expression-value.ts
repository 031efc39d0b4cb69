import type { Json, Value } from '../entry.ts';
import { type evaluate, IGNORED } from '../expressions/evaluate.ts';
import { ExpressionError } from '../expressions/expression.ts';
import { type Evaluated, KEPT } from './rules.ts';
import { scimValue } from './scim-value.ts';

/**
 * What an expression yields, as a mapping takes it: what is absent by an index out of range is no
 * value; other faults are the object's failure.
 * @throws ExpressionError
 */
export function expressionValue(run: () => ReturnType<typeof evaluate>): Evaluated {
  try {
    const value = run();
    return value === IGNORED ? KEPT : scimValues(value);
  } catch (error) {
    if (error instanceof ExpressionError && error.isAbsence) return undefined;
    throw error;
  }
}

/** An expression's value as an attribute holds it; undefined = empty. */
export function scimValues(
  value: Exclude<ReturnType<typeof evaluate>, typeof IGNORED>,
): Value | undefined {
  if (!Array.isArray(value)) return scimValue(value as Json);
  const texts = value.map((one: unknown) =>
    typeof one === 'string' ? one : one === null ? '' : JSON.stringify(one),
  );
  const there = texts.filter((text) => text !== '');
  return there.length > 0 ? there : undefined;
}
