import { isDeepStrictEqual } from 'node:util';
import type { Json } from '../../sync/entry.ts';
import { eachTerm } from '../filter/terms.ts';
import { coerceValue, MOST_VALUES } from '../resource/coerce-value.ts';
import { valueAt, withValueAt } from '../resource/located-value.ts';
import type { Located, Resource, ResourceSchema } from '../schema/resource-schema.ts';
import { ScimError } from '../scim-error.ts';
import { changeValue } from './change-value.ts';
import { changeValues } from './change-values.ts';
import { isAboutMembers, type PatchOperation } from './patch-operation.ts';
import { settlePrimary } from './primary.ts';

/**
 * How many values the operations may look at, each as often as its filter has terms: a second's work.
 * Far more than anybody sends who has something to say.
 */
const MOST_WORK = 2_000_000;

/**
 * A resource after a PATCH (RFC 7644 section 3.5.2), which is checked once, at the end: the last
 * operation on an attribute wins. What is about members is passed over: see `memberChanges`.
 *
 * A user that nothing says any more whether it is active stays what it was: nobody is let in by an
 * omission.
 *
 * @returns the resource itself where nothing changed
 * @throws ScimError 400 `invalidValue`, `noTarget`; 413 where it is too much work
 */
export function applyPatch(
  resource: Resource,
  operations: readonly PatchOperation[],
  schema: ResourceSchema,
): Resource {
  const touched = new Map<Located['attribute'], Located>();
  let result = resource;
  let work = 0;
  for (const operation of operations) {
    if (isAboutMembers(operation)) continue;
    touched.set(operation.path.attribute, operation.path);
    work += workOf(result, operation);
    if (work > MOST_WORK)
      throw new ScimError(413, undefined, 'the PATCH looks at too many values: send several');
    result = applyOperation(result, operation);
  }
  for (const located of touched.values()) result = settled(result, located, resource);
  requireWhatWasThere(resource, result, schema);
  return isDeepStrictEqual(result, resource) ? resource : result;
}

function workOf(resource: Resource, { path }: PatchOperation): number {
  const values = valueAt(resource, path);
  let terms = 0;
  if (path.filter) eachTerm(path.filter, () => (terms += 1));
  return Array.isArray(values) ? values.length * Math.max(terms, 1) : 0;
}

function applyOperation(resource: Resource, operation: PatchOperation): Resource {
  const { path } = operation;
  const before = valueAt(resource, path);
  if (!path.attribute.multiValued)
    return withValueAt(resource, path, changeValue(before, operation));
  const values = Array.isArray(before) ? before : [];
  const after = settlePrimary(values, changeValues(values, operation));
  if (after.length > MOST_VALUES)
    throw new ScimError(
      400,
      'invalidValue',
      `${path.attribute.name} takes ${MOST_VALUES} values at most`,
    );
  return withValueAt(resource, path, after.length > 0 ? [...after] : undefined);
}

/** In the form in which resources are kept: values that say nothing are gone. */
function settled(result: Resource, located: Located, before: Resource): Resource {
  const value = valueAt(result, located);
  const kept = value === undefined ? undefined : coerceValue(located.attribute, value);
  const isActive = located.extension === undefined && located.attribute.name === 'active';
  const whole = kept ?? (isActive ? valueAt(before, located) : undefined);
  return withValueAt(result, located, whole);
}

function requireWhatWasThere(before: Resource, after: Resource, { core }: ResourceSchema): void {
  for (const attribute of core.attributes.filter(({ required }) => required)) {
    const located = { extension: undefined, attribute };
    if (!isBlank(valueAt(before, located)) && isBlank(valueAt(after, located)))
      throw new ScimError(400, 'invalidValue', `${attribute.name} is missing`);
  }
}

function isBlank(value: Json | undefined): boolean {
  return value === undefined || (typeof value === 'string' && value.trim() === '');
}
