import type { Json } from '../../sync/entry.ts';
import type { Attribute } from '../schema/attribute.ts';
import { subAttribute } from '../schema/sub-attribute.ts';
import { ScimError } from '../scim-error.ts';
import { coerceSimple } from './coerce-simple.ts';
import { isEmpty } from './is-empty.ts';

/** Of one attribute. */
export const MOST_VALUES = 1_000;
const LONGEST_TEXT = 100_000;

/** What says something of a value, and is nothing without one. */
export const LABELS: ReadonlySet<string> = new Set(['type', 'primary', '$ref']);
const REFERENCE: ReadonlySet<string> = new Set(['$ref']);

type Values = { [name: string]: Json };

/**
 * A value as the schema wants it: names of sub-attributes in their spelling, values of the right
 * type where that loses nothing, one value as a list of one and the other way round, a string for a
 * complex attribute as its `value`. Sub-attributes that are unknown or read-only are passed over, and
 * values are kept as they were sent otherwise.
 * @returns undefined where it is empty: null, "", [], {}, `{"value": ""}`, and elements that have
 *   but `type`, `primary` or `$ref`
 * @throws ScimError 400 `invalidValue` that names the attribute: the type is wrong, there is too
 *   much of it, or two elements are primary (RFC 7643 section 2.4)
 */
export function coerceValue(attribute: Attribute, value: Json): Json | undefined {
  return coerce(attribute, value, attribute.name);
}

function coerce(attribute: Attribute, value: Json, path: string): Json | undefined {
  if (isEmpty(value)) return undefined;
  if (attribute.multiValued) return coerceList(attribute, value, path);
  if (!Array.isArray(value)) return coerceOne(attribute, value, path);
  const [first, ...others] = value.filter((one) => !isEmpty(one));
  if (others.length > 0) throw refused(path, 'takes one value');
  return first === undefined ? undefined : coerceOne(attribute, first, path);
}

function coerceList(attribute: Attribute, value: Json, path: string): Json | undefined {
  const given = Array.isArray(value) ? value : [value];
  if (given.length > MOST_VALUES) throw refused(path, `takes ${MOST_VALUES} values at most`);
  const values: Json[] = [];
  for (const one of given) {
    const coerced = isEmpty(one) ? undefined : coerceOne(attribute, one, path);
    if (coerced !== undefined) values.push(coerced);
  }
  if (values.filter(isPrimary).length > 1) throw refused(path, 'has more than one primary value');
  return values.length > 0 ? values : undefined;
}

function coerceOne(attribute: Attribute, value: Json, path: string): Json | undefined {
  const { type } = attribute;
  if (type === 'complex') return coerceComplex(attribute, value, path);
  const coerced = coerceSimple(type, value);
  if (coerced === undefined) throw refused(path, `takes a value of the type ${type}`);
  if (typeof coerced === 'string' && coerced.length > LONGEST_TEXT)
    throw refused(path, `takes ${LONGEST_TEXT} characters at most`);
  return coerced;
}

function coerceComplex(attribute: Attribute, value: Json, path: string): Json | undefined {
  const values: Values = {};
  for (const [name, inner] of Object.entries(partsOf(attribute, value, path))) {
    const sub = subAttribute(attribute, name);
    if (!sub || sub.mutability === 'readOnly') continue;
    const coerced = coerce(sub, inner, `${path}.${sub.name}`);
    if (coerced !== undefined) values[sub.name] = coerced;
  }
  const labels = attribute.multiValued ? LABELS : REFERENCE;
  return Object.keys(values).every((name) => labels.has(name)) ? undefined : values;
}

function partsOf(attribute: Attribute, value: Json, path: string): Values {
  if (typeof value === 'string' && subAttribute(attribute, 'value')) return { value };
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw refused(path, 'takes an object');
  return value;
}

function isPrimary(value: Json): boolean {
  return typeof value === 'object' && !Array.isArray(value) && value?.primary === true;
}

function refused(path: string, why: string): ScimError {
  return new ScimError(400, 'invalidValue', `${path} ${why}`);
}
