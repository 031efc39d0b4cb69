import type { Json } from '../../sync/entry.ts';
import { SCIM_LIMITS } from '../limits.ts';
import { type PatchPath, parsePath } from '../path/parse-path.ts';
import { isObject, type JsonObject } from '../resource/located-value.ts';
import type { ResourceSchema } from '../schema/resource-schema.ts';
import { ScimError } from '../scim-error.ts';
import type { PatchOperation } from './patch-operation.ts';
import { isKept, isWritable, readPathless } from './pathless.ts';

const OPS: ReadonlyMap<Json | undefined, PatchOperation['op']> = new Map(
  (['add', 'replace', 'remove'] as const).map((op) => [op, op]),
);

/**
 * Reads the body of a PATCH (RFC 7644 section 3.5.2) into operations about one attribute each; of
 * one without a path there are as many as its value has attributes. Both of Entra's dialects are
 * read at all times, since one tenant sends both (Entra docs: known issues of SCIM 2.0 compliance):
 * `op` in any case, and in a value without a path keys like `name.givenName`,
 * `urn:…:User:employeeNumber` and `emails[type eq "work"].value`.
 *
 * An attribute that is unknown or read-only is refused in a path and passed over in a value without
 * one. `schemas` is passed over in both, as is a password, which is not kept.
 *
 * @throws ScimError 400: `invalidSyntax`, `invalidPath`, `invalidValue`, `mutability`, `noTarget`
 *   for a `remove` without a path; 413 for more than 1,000 operations
 */
export function parsePatch(body: unknown, schema: ResourceSchema): readonly PatchOperation[] {
  const given = isObject(body) ? field(body, 'operations') : undefined;
  if (!Array.isArray(given)) throw new ScimError(400, 'invalidSyntax', 'Operations takes a list');
  const operations: PatchOperation[] = [];
  for (const one of given) {
    operations.push(...readOperation(one, schema));
    if (operations.length > SCIM_LIMITS.mostOperations) throw tooLarge();
  }
  if (given.length > SCIM_LIMITS.mostOperations) throw tooLarge();
  return operations;
}

function readOperation(given: Json, schema: ResourceSchema): readonly PatchOperation[] {
  const word = isObject(given) ? field(given, 'op') : undefined;
  const op = OPS.get(typeof word === 'string' ? word.toLowerCase() : word);
  if (!isObject(given) || !op)
    throw new ScimError(400, 'invalidSyntax', 'op is one of add, replace and remove');
  const [path = null, value] = [field(given, 'path'), field(given, 'value')];
  if (path === null || path === '') return readWithoutPath(op, value, schema);
  if (typeof path !== 'string') throw new ScimError(400, 'invalidPath', 'path takes a text');
  const urn = schema.urnOf(path);
  if (urn === undefined) return readWithPath(op, parsePath(path, schema), value);
  return op === 'remove'
    ? removeExtension(urn, schema)
    : readPathless(op, { [urn]: value ?? null }, schema);
}

function readWithoutPath(
  op: PatchOperation['op'],
  value: Json | undefined,
  schema: ResourceSchema,
): readonly PatchOperation[] {
  if (op === 'remove') throw new ScimError(400, 'noTarget', 'remove takes a path');
  if (isObject(value)) return readPathless(op, value, schema);
  throw new ScimError(400, 'invalidValue', `${op} without a path takes an object`);
}

function readWithPath(
  op: PatchOperation['op'],
  path: PatchPath,
  value: Json | undefined,
): readonly PatchOperation[] {
  if (path.extension === undefined && path.attribute.name === 'schemas') return [];
  if (!isWritable(path)) {
    const name = (path.sub ?? path.attribute).name;
    throw new ScimError(400, 'mutability', `${name} cannot be written`);
  }
  return isKept(path) ? [{ op, path, value }] : [];
}

/** A path that is but the URN of an extension. */
function removeExtension(urn: string, schema: ResourceSchema): readonly PatchOperation[] {
  const extension = schema.extensions.find(({ id }) => id === urn);
  if (!extension) throw new ScimError(400, 'noTarget', 'remove takes the path of an attribute');
  return extension.attributes.map((attribute) => ({
    op: 'remove',
    path: { extension: urn, attribute, sub: undefined, filter: undefined },
    value: undefined,
  }));
}

function field(object: JsonObject, name: string): Json | undefined {
  return Object.entries(object).find(([key]) => key.toLowerCase() === name)?.[1];
}

function tooLarge(): ScimError {
  const most = SCIM_LIMITS.mostOperations;
  return new ScimError(413, undefined, `a PATCH takes ${most} operations at most`);
}
