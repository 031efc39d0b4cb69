import type { Attribute } from '../schema/attribute.ts';
import type { Located, ResourceSchema } from '../schema/resource-schema.ts';

/** An attribute by its place: `userName`, `name.familyName`, `urn:…:User:manager.value`. */
export interface AttributePath extends Located {
  /** Undefined = the attribute itself. */
  readonly sub: Attribute | undefined;
}

/**
 * The attribute that a path names (RFC 7644 figure 1, attrPath), in any case. A name without a URN is
 * looked for in the core schema, then in the extensions: Entra asks for `manager` alone (Microsoft
 * docs: use SCIM to provision users and groups). Names are looked up in the schema and nowhere else.
 */
export function findAttribute(schema: ResourceSchema, text: string): AttributePath | undefined {
  const colon = text.lastIndexOf(':');
  const urn = colon < 0 ? undefined : text.slice(0, colon);
  const [name = '', subName, ...rest] = text.slice(colon + 1).split('.', 3);
  if (rest.length > 0) return undefined;
  const located = schema.find(urn, name) ?? (urn === undefined ? inExtension(schema, name) : null);
  if (!located) return undefined;
  if (subName === undefined) return { ...located, sub: undefined };
  const sub = findSub(located.attribute, subName);
  return sub && { ...located, sub };
}

/** The sub-attribute of this name, in any case. */
export function findSub(attribute: Attribute, name: string): Attribute | undefined {
  const wanted = name.toLowerCase();
  return attribute.subAttributes?.find((sub) => sub.name.toLowerCase() === wanted);
}

/**
 * What a filter in brackets may name of a value of a multi-valued attribute: its sub-attributes, or
 * the value itself as `value` where it has none (RFC 7644 section 3.5.2.2).
 */
export function findInElement(attribute: Attribute, name: string): AttributePath | undefined {
  const isSimple = attribute.type !== 'complex';
  const isValue = isSimple && name.toLowerCase() === 'value';
  const own = isValue ? { ...attribute, name: 'value', multiValued: false } : undefined;
  const found = isSimple ? own : findSub(attribute, name);
  return found && { extension: undefined, attribute: found, sub: undefined };
}

/** A name as an error may show it: what cannot be a name may be somebody's value. */
export function shownName(name: string): string {
  return /^[\w$.:-]{1,150}$/.test(name) ? `"${name}"` : 'of that name';
}

function inExtension(schema: ResourceSchema, name: string): Located | undefined {
  for (const { id } of schema.extensions) {
    const located = schema.find(id, name);
    if (located) return located;
  }
  return undefined;
}
