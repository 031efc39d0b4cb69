import { type ExpressionValue, numberOf, type Scalar, scalarOf } from './value.ts';

/** The operators of a condition (Entra docs: IIF). */
export type Operator = '=' | '<>' | '>' | '>=' | '<' | '<=';

/**
 * Compares two values.
 *
 * | left, right | compared as |
 * | --- | --- |
 * | null on either side | never true, not even by `<>`: Entra's documented limit of IIF |
 * | a boolean on either side | text, in any case: True equals "true" |
 * | a number, and what reads as a number | numbers |
 * | two texts that read as numbers | numbers to tell which is greater, texts to tell whether they are equal: "007" is not "7" |
 * | anything else | text, by code unit |
 *
 * @returns undefined where a side is a list of several values, or an object
 */
export function compare(
  operator: Operator,
  left: ExpressionValue,
  right: ExpressionValue,
): boolean | undefined {
  const a = scalarOf(left);
  const b = scalarOf(right);
  if (a === undefined || b === undefined) return undefined;
  if (a === null || b === null) return false;
  const order = orderOf(a, b, operator === '=' || operator === '<>');
  if (operator === '=') return order === 0;
  if (operator === '<>') return order !== 0;
  if (operator === '>') return order > 0;
  if (operator === '>=') return order >= 0;
  return operator === '<' ? order < 0 : order <= 0;
}

function orderOf(a: NonNullable<Scalar>, b: NonNullable<Scalar>, isEquality: boolean): number {
  if (typeof a === 'boolean' || typeof b === 'boolean')
    return ordinal(String(a).toLowerCase(), String(b).toLowerCase());
  const isTextual = typeof a === 'string' && typeof b === 'string';
  if (isTextual && isEquality) return ordinal(a, b);
  const x = typeof a === 'number' ? a : numberOf(a);
  const y = typeof b === 'number' ? b : numberOf(b);
  return x === undefined || y === undefined ? ordinal(String(a), String(b)) : Math.sign(x - y);
}

function ordinal(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
