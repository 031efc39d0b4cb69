import type { Attributes, Json, Value } from '../../sync/entry.ts';
import { foldName } from '../../sync/fold-name.ts';
import { settlePrimary } from '../patch/primary.ts';
import { coerceValue, LABELS } from '../resource/coerce-value.ts';
import { isEmpty } from '../resource/is-empty.ts';
import { isObject, valueAt, withOwn } from '../resource/located-value.ts';
import type { Located, Resource, ResourceSchema } from '../schema/resource-schema.ts';
import { type FlatName, flatName } from './flat-name.ts';
import { ResourceDraft } from './resource-draft.ts';

/**
 * A resource with attributes of its flat view set and others cleared; see `flatten`. A list under an
 * attribute's own name takes the place of the values without a type, those with one stay. Under
 * `attribute[type eq "T"].sub` only that part of the first value of the type changes; a value that
 * nothing is left of but its labels goes.
 * @throws ScimError 400 `invalidPath`, `mutability`, `invalidValue`: the entry does not fit
 */
export function withFlat(
  resource: Resource,
  set: Attributes,
  clear: readonly string[],
  schema: ResourceSchema,
): Resource {
  const several = new Map<Located['attribute'], Located>();
  const draft = new ResourceDraft(resource);
  const write = (text: string, value: Value | undefined) => {
    const name = flatName(text, schema);
    if (name.attribute.multiValued) several.set(name.attribute, name);
    draft.write(name, changed(draft.read(name), name, value));
  };
  for (const text of clear) write(text, undefined);
  for (const [text, value] of Object.entries(set)) write(text, value);
  for (const located of several.values())
    draft.write(located, settled(valueAt(resource, located), draft.read(located)));
  return draft.finish();
}

function changed(before: Json | undefined, name: FlatName, value: Value | undefined) {
  const { attribute, sub, type } = name;
  const given: Json = typeof value === 'object' ? [...value] : (value ?? null);
  const coerced = coerceValue(sub ?? attribute, given);
  if (attribute.multiValued) {
    const values = asList(before);
    return type !== undefined && sub
      ? withPart(values, { type, sub: sub.name }, coerced)
      : withUntyped(values, asList(coerced));
  }
  if (!sub) return coerced;
  const parts = { ...withOwn(isObject(before) ? before : {}, sub.name, coerced) };
  return isEmpty(parts) ? undefined : parts;
}

/** Changes a part of the first value of a type, which is made where there is none. */
function withPart(
  values: readonly Json[],
  { type, sub }: { readonly type: string; readonly sub: string },
  value: Json | undefined,
): Json[] {
  const folded = foldName(type);
  const at = values.findIndex((one) => foldedType(one) === folded);
  if (at < 0) return value === undefined ? [...values] : [...values, { type, [sub]: value }];
  return values.map((one, position) =>
    position === at && isObject(one) ? { ...withOwn(one, sub, value) } : one,
  );
}

/** Values that are there already keep what else they have. */
function withUntyped(values: readonly Json[], listed: readonly Json[]): Json[] {
  const typed = values.filter((one) => foldedType(one) !== undefined);
  const untyped = new Map<Json | undefined, Json>();
  for (const one of values) if (foldedType(one) === undefined) untyped.set(ownValue(one), one);
  const byValue = new Map(listed.map((one) => [ownValue(one), one]));
  return [...typed, ...[...byValue].map(([value, one]) => untyped.get(value) ?? one)];
}

/** In the form in which resources are kept: one primary value, and none that says nothing. */
function settled(before: Json | undefined, values: Json | undefined): Json | undefined {
  const after = settlePrimary(asList(before), asList(values));
  const kept = after.filter(
    (one) => !isObject(one) || Object.keys(one).some((name) => !LABELS.has(name)),
  );
  return kept.length > 0 ? kept : undefined;
}

function asList(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? value : [];
}

function foldedType(one: Json): string | undefined {
  const type = isObject(one) ? one.type : undefined;
  return typeof type === 'string' && type !== '' ? foldName(type) : undefined;
}

function ownValue(one: Json): Json | undefined {
  return isObject(one) ? one.value : one;
}
