import { type FlatName, flatName } from '../../scim/flat/flat-name.ts';
import { flatten } from '../../scim/flat/flatten.ts';
import { withFlat } from '../../scim/flat/with-flat.ts';
import type { Resource, ResourceSchema } from '../../scim/schema/resource-schema.ts';
import { ScimError } from '../../scim/scim-error.ts';
import type { Attributes, Value } from '../../sync/entry.ts';

/**
 * A resource with attributes of its flat view set and others cleared. A name for which the schema has
 * no place is kept as it is, beside the attributes: the sync reads it back, and SCIM clients do not
 * see it. That is so for each name that would read back in other words, such as `Title`.
 * @throws ScimError 400 `invalidValue`: a value is not what the schema says
 */
export function withAttributes(
  resource: Resource,
  set: Attributes,
  clear: readonly string[],
  schema: ResourceSchema,
): Resource {
  const names = [...clear, ...Object.keys(set)];
  if (
    names.every((name) => hasPlace(name, schema)) &&
    !names.some((name) => isKept(resource, name))
  )
    return withFlat(resource, set, clear, schema);
  const [placed, others] = divided(Object.entries(set), ([name]) => hasPlace(name, schema));
  const gone = new Set(names.filter((name) => !hasPlace(name, schema) || isKept(resource, name)));
  const rest = Object.entries(resource).filter(([name]) => !gone.has(name));
  const clearable = clear.filter((name) => hasPlace(name, schema));
  const result = withFlat(Object.fromEntries(rest), Object.fromEntries(placed), clearable, schema);
  return withKept(result, others);
}

/** The resource of attributes that were never held against a schema: what does not fit is kept. */
export function fromAttributes(attributes: Attributes, schema: ResourceSchema): Resource {
  const whole = fitting(attributes, schema);
  if (whole) return whole;
  const [placed, others] = divided(
    Object.entries(attributes),
    ([name, value]) => fitting({ [name]: value }, schema) !== undefined,
  );
  return withKept(withAttributes({}, Object.fromEntries(placed), [], schema), others);
}

function fitting(attributes: Attributes, schema: ResourceSchema): Resource | undefined {
  try {
    return withAttributes({}, attributes, [], schema);
  } catch (error) {
    if (error instanceof ScimError) return undefined;
    throw error;
  }
}

/** Mappings have few names, but names come from outside. */
const MOST_NAMES = 1_000;
const places = new WeakMap<ResourceSchema, Map<string, boolean>>();

function hasPlace(name: string, schema: ResourceSchema): boolean {
  const known = places.get(schema) ?? new Map<string, boolean>();
  places.set(schema, known);
  const remembered = known.get(name);
  if (remembered !== undefined) return remembered;
  if (known.size >= MOST_NAMES) known.clear();
  const isPlaced = readsBack(name, schema);
  known.set(name, isPlaced);
  return isPlaced;
}

function readsBack(name: string, schema: ResourceSchema): boolean {
  try {
    return spelledBack(name, schema) === name;
  } catch (error) {
    if (error instanceof ScimError) return false;
    throw error;
  }
}

/**
 * The name under which a value reads back that is written under this one; undefined where none does.
 * @throws ScimError where nothing can be written under it
 */
export function spelledBack(name: string, schema: ResourceSchema): string | undefined {
  return Object.keys(flatten(sampleOf(flatName(name, schema))))[0];
}

/** A resource that has but this. */
function sampleOf({ extension, attribute, type, sub }: FlatName): Resource {
  const one = sub ? { ...(type !== undefined && { type }), [sub.name]: 'x' } : 'x';
  const values = { [attribute.name]: attribute.multiValued ? [one] : one };
  return extension === undefined ? values : { [extension]: values };
}

/** Whether the name was kept as it is: no attribute's own name has one of these characters. */
function isKept(resource: Resource, name: string): boolean {
  return /[.:[]/.test(name) && Object.hasOwn(resource, name);
}

function withKept(resource: Resource, kept: readonly (readonly [string, Value])[]): Resource {
  const json = kept.map(([name, value]) => [name, typeof value === 'object' ? [...value] : value]);
  return { ...resource, ...Object.fromEntries(json) };
}

function divided<T>(all: readonly T[], isFirst: (one: T) => boolean): readonly [T[], T[]] {
  return [all.filter(isFirst), all.filter((one) => !isFirst(one))];
}
