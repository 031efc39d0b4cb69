import type { Json } from '../../sync/entry.ts';
import type { Located, Resource } from '../schema/resource-schema.ts';
import { isEmpty } from './is-empty.ts';

/** An object of JSON. */
export type JsonObject = Readonly<Record<string, Json>>;

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The value of an attribute; undefined where it has none. */
export function valueAt(resource: Resource, { extension, attribute }: Located): Json | undefined {
  const holder = extension === undefined ? resource : own(resource, extension);
  return isObject(holder) ? own(holder, attribute.name) : undefined;
}

/** A resource with another value of an attribute; undefined takes it away. */
export function withValueAt(
  resource: Resource,
  { extension, attribute }: Located,
  value: Json | undefined,
): Resource {
  if (extension === undefined) return withOwn(resource, attribute.name, value);
  const holder = own(resource, extension);
  const inner = withOwn(isObject(holder) ? holder : {}, attribute.name, value);
  return withOwn(resource, extension, isEmpty(inner) ? undefined : { ...inner });
}

/** An object with another value under a name; undefined takes it away. */
export function withOwn(object: JsonObject, name: string, value: Json | undefined): JsonObject {
  if (value !== undefined) return { ...object, [name]: value };
  if (!Object.hasOwn(object, name)) return object;
  const { [name]: _, ...rest } = object;
  return rest;
}

function own(object: JsonObject, name: string): Json | undefined {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}
