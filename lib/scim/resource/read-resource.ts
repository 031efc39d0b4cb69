import type { Json } from '../../sync/entry.ts';
import type { Attribute } from '../schema/attribute.ts';
import type { Resource, ResourceSchema } from '../schema/resource-schema.ts';
import { ScimError } from '../scim-error.ts';
import { coerceValue } from './coerce-value.ts';
import { isEmpty } from './is-empty.ts';
import { type MemberValue, readMembers } from './read-members.ts';
import { type Statement, statementsOf } from './statements.ts';

/** What a client wants a resource to be. */
export interface ReadResource {
  readonly resource: Resource;
  /** Of a group, where the body says something of them; none where it says that there are none. */
  readonly members?: readonly MemberValue[];
}

/**
 * Reads the body of a POST or a PUT (RFC 7644 sections 3.3 and 3.5.1) by the schema. Names are taken
 * in any case and written canonically, values are brought to their types where that loses nothing
 * and kept as they were sent otherwise. Where an attribute is given in several ways, the last one
 * that is not empty counts.
 *
 * Passed over: attributes that the schema does not know, `schemas`, and what clients cannot write
 * (`id`, `meta`, a user's `groups`, read-only sub-attributes); a password, which is not kept.
 * @param before what a PUT replaces: a user that it says nothing of `active` of stays as it is, so
 *   that nobody is let in by an omission. A new user is active
 * @throws ScimError 400: `invalidSyntax` where the body is no object; `invalidValue` that names an
 *   attribute, and not its value, where that is missing or not of its type
 */
export function readResource(
  body: unknown,
  schema: ResourceSchema,
  before?: Resource,
): ReadResource {
  if (!isObject(body)) throw new ScimError(400, 'invalidSyntax', 'the body has to be an object');
  const statements = statementsOf(body, schema);
  const list = membersOf(schema);
  const resource = assemble(statements.filter(({ attribute }) => isKept(attribute, list)));
  requireAll(resource, schema);
  const { active = before?.active ?? true, ...rest } = resource;
  const isSwitched = schema.find(undefined, 'active') !== undefined;
  const members = statements.filter(({ attribute }) => attribute === list);
  return {
    resource: isSwitched ? { ...rest, active } : resource,
    ...(members.length > 0 && { members: members.flatMap(({ value }) => readMembers(value)) }),
  };
}

/** A body comes from JSON.parse, so that what is in an object is JSON too. */
function isObject(body: unknown): body is Readonly<Record<string, Json>> {
  return typeof body === 'object' && body !== null && !Array.isArray(body);
}

/** Members are rows of their own, and can be far too many for a value. */
function membersOf(schema: ResourceSchema): Attribute | undefined {
  return schema.kind === 'group' ? schema.find(undefined, 'members')?.attribute : undefined;
}

function isKept(attribute: Attribute, members: Attribute | undefined): boolean {
  const { mutability } = attribute;
  return mutability !== 'readOnly' && mutability !== 'writeOnly' && attribute !== members;
}

function assemble(statements: readonly Statement[]): Resource {
  const byAttribute = Map.groupBy(statements, ({ attribute }) => attribute);
  const core: Record<string, Json> = {};
  const extensions = new Map<string, Record<string, Json>>();
  for (const [{ name }, said] of byAttribute) {
    const value = combined(said);
    const extension = said[0]?.extension;
    if (value === undefined) continue;
    if (extension === undefined) core[name] = value;
    else extensions.set(extension, { ...extensions.get(extension), [name]: value });
  }
  return { ...core, ...Object.fromEntries(extensions) };
}

/** The last value that is not empty, with the sub-attributes that were given by themselves. */
function combined(said: readonly Statement[]): Json | undefined {
  const [first] = said;
  if (!first) return undefined;
  const { attribute } = first;
  const parts: Record<string, Json> = {};
  let whole: Json | undefined;
  for (const { sub, value } of said) {
    if (isEmpty(value)) continue;
    if (sub) parts[sub.name] = value;
    else whole = coerceValue(attribute, value) ?? whole;
  }
  const hasParts = Object.keys(parts).length > 0;
  return hasParts ? coerceValue(attribute, { ...(isObject(whole) && whole), ...parts }) : whole;
}

function requireAll(resource: Resource, { core }: ResourceSchema): void {
  for (const { name, required } of core.attributes) {
    const value = resource[name];
    const isMissing = value === undefined || (typeof value === 'string' && value.trim() === '');
    if (required && isMissing) throw new ScimError(400, 'invalidValue', `${name} is missing`);
  }
}
