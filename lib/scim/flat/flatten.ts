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
 * the type `Work` is found by the name that everybody uses. Numbers become texts. `externalId`,
 * `active` and the manager are not in here: see `Entry`. A full run does this for every entry.
 */
export function flatten(resource: Resource): Attributes {
  const flat: Flat[] = [];
  for (const [key, value] of Object.entries(resource))
    if (isObject(value) && URN.test(key))
      for (const [name, inner] of Object.entries(value)) addAttribute(flat, key, [name, inner]);
    else addAttribute(flat, undefined, [key, value]);
  return Object.fromEntries(flat);
}

function addAttribute(
  flat: Flat[],
  extension: string | undefined,
  [name, value]: readonly [string, Json],
): void {
  if (isApart(extension, name)) return;
  const whole = extension === undefined ? name : `${extension}:${name}`;
  if (Array.isArray(value)) addValues(flat, whole, value);
  else if (isObject(value)) addParts(flat, whole, value);
  else addSingle(flat, whole, value);
}

function addParts(flat: Flat[], name: string, parts: JsonObject): void {
  for (const [sub, value] of Object.entries(parts))
    if (!UNNAMED.has(sub)) addSingle(flat, `${name}.${sub}`, value);
}

function addValues(flat: Flat[], name: string, values: readonly Json[]): void {
  const types = new Set<string>();
  const untyped: string[] = [];
  for (const one of values) {
    const type = typeOf(one);
    const folded = type === undefined ? '' : foldName(type);
    if (type === undefined) untyped.push(...textsOf(isObject(one) ? one.value : one));
    else if (!types.has(folded) && isObject(one)) {
      types.add(folded);
      const spelled = SPELLINGS.get(name)?.get(folded) ?? type;
      addParts(flat, `${name}[type eq ${JSON.stringify(spelled)}]`, one);
    }
  }
  if (untyped.length > 0) flat.push([name, untyped]);
}

function typeOf(one: Json): string | undefined {
  return isObject(one) && typeof one.type === 'string' && one.type !== '' ? one.type : undefined;
}

function addSingle(flat: Flat[], name: string, value: Json): void {
  if (typeof value === 'boolean') flat.push([name, value]);
  else for (const text of textsOf(value)) flat.push([name, text]);
}

function textsOf(value: Json | undefined): readonly string[] {
  if (typeof value === 'string') return value === '' ? [] : [value];
  return typeof value === 'number' || typeof value === 'boolean' ? [String(value)] : [];
}
