import type { Attributes, Json, Value } from '../../sync/entry.ts';
import { isObject, type JsonObject } from '../resource/located-value.ts';
import type { Resource } from '../schema/resource-schema.ts';
import { type ElementNames, elementNames, partName } from './element-names.ts';
import { isApart } from './flat-name.ts';

type Flat = Record<string, Value>;

const URN = /^urn:/i;

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
  const flat: Flat = {};
  for (const [key, value] of Object.entries(resource)) {
    if (isObject(value) && URN.test(key)) addExtension(flat, key, value);
    else if (!isApart(undefined, key)) addAttribute(flat, key, value);
  }
  return flat;
}

function addExtension(flat: Flat, urn: string, attributes: JsonObject): void {
  for (const [name, value] of Object.entries(attributes))
    if (!isApart(urn, name)) addAttribute(flat, `${urn}:${name}`, value);
}

function addAttribute(flat: Flat, name: string, value: Json): void {
  if (Array.isArray(value)) addValues(flat, name, value);
  else if (isObject(value)) {
    for (const [sub, part] of Object.entries(value))
      if (!UNNAMED.has(sub)) addOne(flat, `${name}.${sub}`, part);
  } else addOne(flat, name, value);
}

function addValues(flat: Flat, name: string, values: readonly Json[]): void {
  const types: string[] = [];
  const untyped: string[] = [];
  for (const one of values) {
    const type = isObject(one) ? one.type : undefined;
    const text = textOf(isObject(one) ? one.value : one);
    if (isObject(one) && typeof type === 'string' && type !== '')
      addTyped(flat, one, { names: elementNames(name, type), types });
    else if (text !== undefined) untyped.push(text);
  }
  if (untyped.length > 0) flat[name] = untyped;
}

function addTyped(
  flat: Flat,
  one: JsonObject,
  { names, types }: { readonly names: ElementNames; readonly types: string[] },
): void {
  if (types.includes(names.type)) return;
  types.push(names.type);
  for (const [sub, part] of Object.entries(one))
    if (!UNNAMED.has(sub)) addOne(flat, partName(names, sub), part);
}

/** Names are the schema's: none of them is one that an object would take for its own. */
function addOne(flat: Flat, name: string, value: Json): void {
  const one = typeof value === 'boolean' ? value : textOf(value);
  if (one !== undefined) flat[name] = one;
}

function textOf(value: Json | undefined): string | undefined {
  if (typeof value === 'string') return value === '' ? undefined : value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined;
}
