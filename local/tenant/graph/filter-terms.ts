import type { Json } from '../directory/directory-object.ts';
import { badRequest } from './graph-error.ts';

/** A value as it stands in a filter. */
export type Literal = string | boolean | number | null;
type Comparison = (left: Json | undefined, right: Literal) => boolean;

const TOKEN = /\s*('(?:[^']|'')*'|[()/,:]|[^\s()/,:']+(?::[^\s()/,']+)*)/gy;

const lower = (value: unknown): unknown =>
  typeof value === 'string' ? value.toLowerCase() : (value ?? null);

/** Without case; what was never set equals null. */
export const equals: Comparison = (left, right) => lower(left) === lower(right);
const ordered =
  (fits: (sign: number) => boolean): Comparison =>
  (left, right) =>
    typeof left === 'string' &&
    typeof right === 'string' &&
    fits(left < right ? -1 : left > right ? 1 : 0);

/** What stands between a property and a value, in lower case. */
export const COMPARISONS: ReadonlyMap<string, Comparison> = new Map([
  ['eq', equals],
  ['ne', (left, right) => !equals(left, right)],
  ['ge', ordered((sign) => sign >= 0)],
  ['le', ordered((sign) => sign <= 0)],
  ['gt', ordered((sign) => sign > 0)],
  ['lt', ordered((sign) => sign < 0)],
]);

/** By name in lower case. */
export const FUNCTIONS: ReadonlyMap<string, (left: string, right: string) => boolean> = new Map([
  ['startswith', (left, right) => left.startsWith(right)],
  ['endswith', (left, right) => left.endsWith(right)],
]);

/** A filter's words and signs. Throws GraphError 400. */
export function tokensOf(text: string): string[] {
  const tokens = [...text.trimEnd().matchAll(TOKEN)].map((match) => match[1] ?? '');
  if (tokens.join('').replace(/\s/g, '') !== text.replace(/\s/g, '')) throw invalidClause();
  return tokens;
}

/** The value that a token stands for. */
export function literalOf(token: string): Literal {
  if (token.startsWith("'")) return token.slice(1, -1).replaceAll("''", "'");
  if (token === 'true' || token === 'false') return token === 'true';
  if (token === 'null') return null;
  return /^-?\d+(\.\d+)?$/.test(token) ? Number(token) : token;
}

/** The refusal of what is no filter. */
export const invalidClause = () => badRequest('Invalid filter clause.');
