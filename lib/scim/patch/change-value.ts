import type { Json } from '../../sync/entry.ts';
import { coerceValue } from '../resource/coerce-value.ts';
import { isEmpty } from '../resource/is-empty.ts';
import { isObject, type JsonObject, withOwn } from '../resource/located-value.ts';
import type { Attribute } from '../schema/attribute.ts';
import { subAttribute } from '../schema/sub-attribute.ts';
import type { PatchOperation } from './patch-operation.ts';

/**
 * Applies an operation to a single-valued attribute (RFC 7644 sections 3.5.2.1 to 3.5.2.3). `add` and
 * `replace` are one thing: what is empty takes the value away, and of a complex attribute the
 * sub-attributes that are not named stay as they are.
 * @returns undefined where nothing is left
 * @throws ScimError 400 `invalidValue`
 */
export function changeValue(
  before: Json | undefined,
  { op, path, value = null }: PatchOperation,
): Json | undefined {
  const { attribute, sub } = path;
  const given = op === 'remove' ? null : value;
  if (sub) return changeParts(before, attribute, { [sub.name]: given });
  const one = onlyOf(given);
  if (isEmpty(one)) return undefined;
  return attribute.type === 'complex' && isObject(one)
    ? changeParts(before, attribute, one)
    : coerceValue(attribute, given);
}

/** Entra sends a manager as a list of one. */
function onlyOf(value: Json): Json {
  const [first = null, ...others] = Array.isArray(value) ? value : [value];
  return others.length === 0 ? first : value;
}

function changeParts(
  before: Json | undefined,
  attribute: Attribute,
  given: JsonObject,
): Json | undefined {
  let parts: JsonObject =
    isObject(before) && !isAboutAnother(before, attribute, given) ? before : {};
  for (const [name, value] of Object.entries(given)) {
    const sub = subAttribute(attribute, name);
    if (sub && sub.mutability !== 'readOnly')
      parts = withOwn(parts, sub.name, coerceValue(sub, value));
  }
  return isEmpty({ ...parts }) ? undefined : { ...parts };
}

/** What is said of one resource does not hold of another: its address, its name. */
function isAboutAnother(before: JsonObject, attribute: Attribute, given: JsonObject): boolean {
  if (!subAttribute(attribute, '$ref')) return false;
  const names = Object.entries(given).filter(([name]) => name.toLowerCase() === 'value');
  return names.some(([, value]) => value !== before.value);
}
