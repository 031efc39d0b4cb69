import { type AttributePath, shownName } from '../path/attribute-path.ts';
import type { Attribute } from '../schema/attribute.ts';
import { subAttribute } from '../schema/sub-attribute.ts';
import type { Comparison, FilterValue, Operator } from './filter.ts';
import { instantOf } from './instant.ts';
import type { Token, Tokens } from './tokens.ts';

const OPERATORS: ReadonlyMap<string, Operator> = new Map(
  (['eq', 'ne', 'co', 'sw', 'ew', 'gt', 'ge', 'lt', 'le'] as const).map((name) => [name, name]),
);
const EQUALITY: ReadonlySet<Operator> = new Set(['eq', 'ne']);
const TEXTUAL: ReadonlySet<Operator> = new Set(['co', 'sw', 'ew']);
const NUMBER = /^-?\d{1,20}(?:\.\d{1,20})?(?:[eE][+-]?\d{1,3})?$/;

/**
 * Reads an operator and its value, and checks that the attribute can be compared so (RFC 7644
 * table 3: no order among booleans and binary values).
 * @throws ScimError `invalidFilter`
 */
export function readComparison(tokens: Tokens, path: AttributePath): Comparison {
  const word = tokens.take();
  const operator = word.kind === 'word' ? OPERATORS.get(word.text.toLowerCase()) : undefined;
  if (operator === undefined) return tokens.fail('an operator is missing, or is not known');
  const whole = standsFor(path);
  const attribute = whole?.sub ?? whole?.attribute;
  const named = shownName((path.sub ?? path.attribute).name);
  if (!whole || !attribute)
    return tokens.fail(`the attribute ${named} is complex: compare one of its sub-attributes`);
  const value = readValue(tokens, attribute, operator);
  if (value === null && !EQUALITY.has(operator))
    return tokens.fail('only eq and ne compare with null');
  if (!isComparable(attribute, operator))
    return tokens.fail(`${operator} does not compare values of the attribute ${named}`);
  return { kind: 'compare', path: whole, operator, value };
}

/** A complex attribute stands for its `value` (RFC 7643 section 2.4). */
function standsFor(path: AttributePath): AttributePath | undefined {
  if (path.sub || path.attribute.type !== 'complex') return path;
  const sub = subAttribute(path.attribute, 'value');
  return sub && { ...path, sub };
}

function isComparable({ type }: Attribute, operator: Operator): boolean {
  if (EQUALITY.has(operator)) return true;
  if (type === 'boolean' || type === 'binary') return false;
  return !TEXTUAL.has(operator) || (type !== 'integer' && type !== 'decimal');
}

function readValue(tokens: Tokens, attribute: Attribute, operator: Operator): FilterValue {
  const token = tokens.take();
  if (token.kind !== 'text' && token.kind !== 'word') return tokens.fail('a value is missing');
  if (token.kind === 'word' && token.text.toLowerCase() === 'null') return null;
  const value = inType(attribute, token, operator);
  const named = shownName(attribute.name);
  return value ?? tokens.fail(`the value is not of the type of the attribute ${named}`);
}

/**
 * The value in the attribute's type; undefined where it is none of it. Words without quotation marks
 * are texts as well: Entra's documentation asks for `externalId eq jyoung`.
 */
function inType({ type }: Attribute, { text }: Token, operator: Operator): FilterValue | undefined {
  switch (type) {
    case 'boolean':
      return booleanOf(text);
    case 'integer':
    case 'decimal':
      return NUMBER.test(text) ? Number(text) : undefined;
    case 'dateTime':
      return TEXTUAL.has(operator) || instantOf(text) !== undefined ? text : undefined;
    default:
      return text;
  }
}

/** Entra writes "True" and "False". */
function booleanOf(text: string): boolean | undefined {
  const word = text.toLowerCase();
  return word === 'true' || word === 'false' ? word === 'true' : undefined;
}
