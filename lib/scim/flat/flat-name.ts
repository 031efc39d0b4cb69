import type { Filter } from '../filter/filter.ts';
import { type PatchPath, parsePath } from '../path/parse-path.ts';
import type { Attribute } from '../schema/attribute.ts';
import { ENTERPRISE_USER } from '../schema/enterprise-user.ts';
import type { Located, ResourceSchema } from '../schema/resource-schema.ts';
import { subAttribute } from '../schema/sub-attribute.ts';
import { ScimError } from '../scim-error.ts';

/** A name of the flat view in its parts. */
export interface FlatName extends Located {
  /** Of the value of that type among several; undefined = of the values without a type. */
  readonly type: string | undefined;
  readonly sub: Attribute | undefined;
}

/** Mappings have few names, but names come from outside. */
const MOST_NAMES = 1_000;
const known = new WeakMap<ResourceSchema, Map<string, FlatName>>();

/** What an entry has beside its attributes (lib/sync/entry.ts). */
const APART: ReadonlySet<string> = new Set(['externalId', 'active']);

/** Whether the sync keeps an attribute apart from the flat view. */
export function isApart(extension: string | undefined, name: string): boolean {
  return extension === undefined
    ? APART.has(name)
    : extension === ENTERPRISE_USER.id && name === 'manager';
}

/**
 * Reads a name such as `title`, `name.givenName`, `emails[type eq "work"].value` or
 * `urn:…:User:department`, once for each schema.
 * @throws ScimError 400 `invalidPath` where it is none, `mutability` where nobody can write it
 */
export function flatName(text: string, schema: ResourceSchema): FlatName {
  const names = known.get(schema) ?? new Map<string, FlatName>();
  known.set(schema, names);
  const remembered = names.get(text);
  if (remembered) return remembered;
  const name = parseFlatName(text, schema);
  if (names.size >= MOST_NAMES) names.clear();
  names.set(text, name);
  return name;
}

function parseFlatName(text: string, schema: ResourceSchema): FlatName {
  const path = parsePath(text, schema);
  const { extension, attribute, filter } = path;
  if (attribute.mutability === 'readOnly' || isApart(extension, attribute.name))
    throw new ScimError(400, 'mutability', `${attribute.name} is not written as an attribute`);
  if (!filter) return { extension, attribute, type: undefined, sub: path.sub };
  const type = typeOf(filter);
  const sub = subOf(path);
  if (type === undefined || !sub || sub.name === 'type')
    throw new ScimError(400, 'invalidPath', `values of ${attribute.name} are told by their type`);
  return { extension, attribute, type, sub };
}

/** Brackets alone mean the `value`. */
function subOf({ attribute, sub }: PatchPath): Attribute | undefined {
  return sub ?? subAttribute(attribute, 'value');
}

function typeOf(filter: Filter): string | undefined {
  if (filter.kind !== 'compare' || filter.operator !== 'eq') return undefined;
  const { path, value } = filter;
  return path.attribute.name === 'type' && typeof value === 'string' ? value : undefined;
}
