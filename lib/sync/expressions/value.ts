/**
 * What an expression can come to. Dates are text, as in Entra. Objects occur only as app role
 * assignments.
 */
export type ExpressionValue =
  | string
  | number
  | boolean
  | null
  | readonly ExpressionValue[]
  | { readonly [name: string]: ExpressionValue };

/** A value that stands for itself. */
export type Scalar = string | number | boolean | null;

const WHOLE = /^[+-]?\d{1,20}$/;
const LOWEST = -(2n ** 63n);
const HIGHEST = 2n ** 64n - 1n;

/**
 * The one value that there is: a list of one counts as that one, an empty list as null. Graph holds
 * many single values in lists, `businessPhones` for one.
 *
 * @returns undefined for longer lists and for objects
 */
export function scalarOf(value: ExpressionValue): Scalar | undefined {
  if (value === null || typeof value !== 'object') return value;
  if (!isList(value) || value.length > 1) return undefined;
  const [only = null] = value;
  return only === null || typeof only !== 'object' ? only : undefined;
}

/** A value as text, the way .NET writes it; undefined where it is none. */
export function textOf(value: ExpressionValue): string | null | undefined {
  if (typeof value === 'string') return value;
  const scalar = scalarOf(value);
  if (typeof scalar === 'boolean') return scalar ? 'True' : 'False';
  return typeof scalar === 'number' ? String(scalar) : scalar;
}

/** A whole number of up to 64 bits, also one written as text; undefined where it is none. */
export function wholeOf(value: ExpressionValue): bigint | null | undefined {
  const scalar = scalarOf(value);
  if (scalar === null) return null;
  if (typeof scalar === 'number')
    return Number.isInteger(scalar) ? inRange(BigInt(scalar)) : undefined;
  if (typeof scalar !== 'string') return undefined;
  const digits = scalar.trim();
  return WHOLE.test(digits) ? inRange(BigInt(digits.replace(/^\+/, ''))) : undefined;
}

/** A whole number as a value: as its digits where a double would lose some. */
export function valueOfWhole(whole: bigint): number | string {
  const number = Number(whole);
  return Number.isSafeInteger(number) ? number : String(whole);
}

/** Whether a value is a list. */
export function isList(value: ExpressionValue): value is readonly ExpressionValue[] {
  return Array.isArray(value);
}

/**
 * Whether a value holds in a condition: True, or a number other than 0, also as text; null and ""
 * do not (Entra docs: CBool). undefined where it is neither.
 */
export function truthOf(value: ExpressionValue): boolean | undefined {
  const scalar = scalarOf(value);
  if (scalar === undefined || typeof scalar === 'boolean') return scalar;
  if (scalar === null || typeof scalar === 'number') return Boolean(scalar);
  const text = scalar.trim().toLowerCase();
  if (text === 'true' || text === 'false') return text === 'true';
  if (text === '') return false;
  const number = numberOf(text);
  return number === undefined ? undefined : number !== 0;
}

/** Whether there is nothing: null, or text without characters. */
export function isNothing(value: ExpressionValue): boolean {
  return value === null || value === '';
}

/** The number that a text reads as, if any: digits with at most a sign and a decimal point. */
export function numberOf(text: string): number | undefined {
  return /^\s*[+-]?\d+(?:\.\d+)?\s*$/.test(text) ? Number(text) : undefined;
}

function inRange(whole: bigint): bigint | undefined {
  return whole >= LOWEST && whole <= HIGHEST ? whole : undefined;
}
