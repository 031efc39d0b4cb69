import type { Json } from '../../sync/entry.ts';
import { compileFilter } from '../filter/compile-filter.ts';
import { equalitiesOf, isOnlyEqualities } from '../filter/equalities.ts';
import type { Filter } from '../filter/filter.ts';
import { coerceValue } from '../resource/coerce-value.ts';
import { isObject, withOwn } from '../resource/located-value.ts';
import type { Attribute } from '../schema/attribute.ts';
import { ScimError } from '../scim-error.ts';
import type { PatchOperation } from './patch-operation.ts';
import { withAdded, withoutListed } from './same-values.ts';

/**
 * Applies an operation to the values of a multi-valued attribute (RFC 7644 sections 3.5.2.1 to
 * 3.5.2.3).
 *
 * | operation | without a filter | with one |
 * | --- | --- | --- |
 * | add | adds what is not there yet | adds to the values that match |
 * | replace | puts the list in its place | puts the value in place of those that match |
 * | remove | takes away what is listed; all, without a list | takes away those that match |
 *
 * Where nothing matches, `add` and `replace` make a value that does, from the filter's equalities:
 * Entra asks so for a first address (`emails[type eq "work"].value`); the RFC has `noTarget` there,
 * which stays for filters that no value can be made from. `remove` succeeds: section 3.5.2.2 names no
 * error, and a request whose answer was lost is sent again.
 *
 * @throws ScimError 400 `invalidValue`, `noTarget`
 */
export function changeValues(
  values: readonly Json[],
  { op, path, value = null }: PatchOperation,
): readonly Json[] {
  const { attribute, sub, filter } = path;
  if (filter) return changeMatching(values, { op, attribute, sub, value }, filter);
  if (op === 'remove' && value === null) return [];
  const coerced = coerceValue(attribute, value);
  const listed = Array.isArray(coerced) ? coerced : [];
  if (op === 'remove') return withoutListed(attribute, values, listed);
  return withAdded(attribute, op === 'add' ? values : [], listed);
}

/** What is to become of the values that match a filter. */
interface Matching {
  readonly op: PatchOperation['op'];
  readonly attribute: Attribute;
  readonly sub: Attribute | undefined;
  readonly value: Json;
}

function changeMatching(
  values: readonly Json[],
  matching: Matching,
  filter: Filter,
): readonly Json[] {
  const { op, attribute, sub } = matching;
  const matches = compileFilter(filter);
  const isSimple = attribute.type !== 'complex';
  const isMatch = (one: Json) => matches(isSimple || !isObject(one) ? { value: one } : one);
  if (op === 'remove' && !sub) return values.filter((one) => !isMatch(one));
  const coerced = op === 'remove' ? undefined : coerceOne(sub ?? attribute, matching.value);
  const change = changing(matching, equalTo(filter), coerced);
  let isFound = false;
  const changed = values.flatMap((one) => {
    if (!isMatch(one)) return [one];
    isFound = true;
    return change(one) ?? [];
  });
  if (isFound || coerced === undefined) return changed;
  return [...values, createMatching(matching, filter, coerced)];
}

/** How a value that matches changes; undefined = it goes. */
function changing({ op, sub }: Matching, equal: JsonObject, coerced: Json | undefined) {
  return (one: Json): Json | undefined => {
    if (!isObject(one)) return coerced;
    if (sub) return { ...withOwn(one, sub.name, coerced) };
    if (!isObject(coerced)) return op === 'add' ? one : undefined;
    return op === 'add' ? { ...one, ...coerced } : { ...equal, ...coerced };
  };
}

/**
 * A value that meets the filter. There is none where the filter does more than equate, or where it
 * asks for another value of what is written: `emails[value eq "old"].value`.
 */
function createMatching({ attribute, sub }: Matching, filter: Filter, coerced: Json): Json {
  const equal = equalTo(filter);
  if (!isOnlyEqualities(filter) || (sub && Object.hasOwn(equal, sub.name)))
    throw new ScimError(400, 'noTarget', `no value of ${attribute.name} matches the path`);
  if (sub) return { ...equal, [sub.name]: coerced };
  return isObject(coerced) ? { ...equal, ...coerced } : coerced;
}

type JsonObject = { readonly [name: string]: Json };

function equalTo(filter: Filter): JsonObject {
  return Object.fromEntries([...equalitiesOf(filter)].filter(([, value]) => value !== null));
}

function coerceOne(attribute: Attribute, value: Json): Json | undefined {
  return coerceValue({ ...attribute, multiValued: false }, value);
}
