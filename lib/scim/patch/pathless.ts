import type { Json } from '../../sync/entry.ts';
import { findAttribute } from '../path/attribute-path.ts';
import { type PatchPath, parsePath } from '../path/parse-path.ts';
import { isEmpty } from '../resource/is-empty.ts';
import { isObject, type JsonObject } from '../resource/located-value.ts';
import type { ResourceSchema } from '../schema/resource-schema.ts';
import { ScimError } from '../scim-error.ts';
import type { PatchOperation } from './patch-operation.ts';

/**
 * Reads the value of an operation that has no path: attributes by their paths, those of an extension
 * also in an object under its URN.
 * @throws ScimError 400 `invalidPath`, `invalidValue`
 */
export function readPathless(
  op: 'add' | 'replace',
  value: JsonObject,
  schema: ResourceSchema,
): readonly PatchOperation[] {
  return Object.entries(value).flatMap(([key, one]) => {
    const urn = schema.urnOf(key);
    return urn === undefined ? readKey(op, [key, one], schema) : readUnderUrn(op, urn, one, schema);
  });
}

/** Whether clients may write it: what they may not is read-only, or fixed once it is there. */
export function isWritable({ attribute, sub }: PatchPath): boolean {
  return [attribute, ...(sub ? [sub] : [])].every(
    ({ mutability }) => mutability !== 'readOnly' && mutability !== 'immutable',
  );
}

/** A password is taken and not kept. */
export function isKept({ attribute }: PatchPath): boolean {
  return attribute.mutability !== 'writeOnly';
}

function readUnderUrn(
  op: 'add' | 'replace',
  urn: string,
  value: Json,
  schema: ResourceSchema,
): readonly PatchOperation[] {
  if (isEmpty(value)) return [];
  if (!isObject(value)) throw new ScimError(400, 'invalidValue', `${urn} takes an object`);
  return Object.entries(value).flatMap(([key, one]) =>
    readKey(op, [key.includes(':') ? key : `${urn}:${key}`, one], schema),
  );
}

function readKey(
  op: 'add' | 'replace',
  [key, value]: readonly [string, Json],
  schema: ResourceSchema,
): readonly PatchOperation[] {
  const bracket = key.indexOf('[');
  const isKnown = findAttribute(schema, bracket < 0 ? key : key.slice(0, bracket)) !== undefined;
  if (!isKnown) return [];
  const path = parsePath(key, schema);
  return isWritable(path) && isKept(path) ? [{ op, path, value }] : [];
}
