import type { Attributes, Json, Value } from '../../sync/entry.ts';
import { foldName } from '../../sync/fold-name.ts';
import { isObject, type JsonObject } from '../resource/located-value.ts';
import { CORE_USER } from '../schema/core-user.ts';
import type { Resource } from '../schema/resource-schema.ts';
import { subAttribute } from '../schema/sub-attribute.ts';
import { isApart } from './flat-name.ts';

type Flat = [name: string, value: Value];

const URN = /^urn:/i;

/** How the types of RFC 7643 are spelled, by attribute and by the folded type. */
const SPELLINGS: ReadonlyMap<string, ReadonlyMap<string, string>> = new Map(
  CORE_USER.attributes.map((attribute) => {
    const types = subAttribute(attribute, 'type')?.canonicalValues ?? [];
    return [attribute.name, new Map(types.map((type) => [foldName(type), type]))];
  }),
);

/** What a name says already, and addresses that this service gives. */
const UNNAMED: ReadonlySet<string> = new Set(['type', '$ref']);

/**
 * A resource as the sync sees it.
 *
 * | resource | flat |
 * | --- | --- |
 * | `title: "x"` | `title: "x"` |
 * | `name: { givenName: "x" }` | `name.givenName: "x"` |
 * | `urn:…:User: { department: "x" }` | `urn:…:User:department: "x"` |
 * | `emails: [{ type: "work", value: "x" }]` | `emails[type eq "work"].value: "x"` |
 * | `roles: [{ value: "x" }, { value: "y" }]` | `roles: ["x", "y"]` |
 * | `aliases: ["x", "y"]` | `aliases: ["x", "y"]` |
 *
 * The first value of a type counts. Of a value with a type everything is listed, `primary` and
 * `display` too, so that all that can be set can be read; of one without a type the `value` alone.
 * Types that the RFC knows are spelled as there, for they are compared without case: an address of
 * the type `Work` is found by the name that everybody uses. Numbers become texts. `externalId`, `active` and the manager are not in here: see `Entry`.
 */
export function flatten(resource: Resource): Attributes {
  return Object.fromEntries(
    Object.entries(resource).flatMap(([key, value]) =>
      isObject(value) && URN.test(key)
        ? flattenAll(value, key)
        : flattenAll({ [key]: value }, undefined),
    ),
  );
}

function flattenAll(attributes: JsonObject, extension: string | undefined): readonly Flat[] {
  const prefix = extension === undefined ? '' : `${extension}:`;
  return Object.entries(attributes).flatMap(([name, value]) =>
    isApart(extension, name) ? [] : flattenAttribute(`${prefix}${name}`, value),
  );
}

function flattenAttribute(name: string, value: Json): readonly Flat[] {
  if (Array.isArray(value)) return flattenValues(name, value);
  return isObject(value) ? flattenParts(name, value) : single(name, value);
}

function flattenParts(name: string, parts: JsonObject): readonly Flat[] {
  return Object.entries(parts).flatMap(([sub, value]) =>
    UNNAMED.has(sub) ? [] : single(`${name}.${sub}`, value),
  );
}

function flattenValues(name: string, values: readonly Json[]): readonly Flat[] {
  const flat: Flat[] = [];
  const types = new Set<string>();
  const untyped: string[] = [];
  for (const one of values) {
    const type = typeOf(one);
    const folded = type === undefined ? '' : foldName(type);
    if (type === undefined) untyped.push(...textsOf(isObject(one) ? one.value : one));
    else if (!types.has(folded) && isObject(one)) {
      types.add(folded);
      const spelled = SPELLINGS.get(name)?.get(folded) ?? type;
      flat.push(...flattenParts(`${name}[type eq ${JSON.stringify(spelled)}]`, one));
    }
  }
  return untyped.length > 0 ? [...flat, [name, untyped]] : flat;
}

function typeOf(one: Json): string | undefined {
  return isObject(one) && typeof one.type === 'string' && one.type !== '' ? one.type : undefined;
}

function single(name: string, value: Json): readonly Flat[] {
  if (typeof value === 'boolean') return [[name, value]];
  return textsOf(value).map((text): Flat => [name, text]);
}

function textsOf(value: Json | undefined): readonly string[] {
  if (typeof value === 'string') return value === '' ? [] : [value];
  return typeof value === 'number' || typeof value === 'boolean' ? [String(value)] : [];
}
