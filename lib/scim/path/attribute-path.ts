import type { Attribute } from '../schema/attribute.ts';
import { parseAttributeName } from '../schema/attribute-name.ts';
import { locate } from '../schema/locate.ts';
import type { Located, ResourceSchema } from '../schema/resource-schema.ts';
import { subAttribute } from '../schema/sub-attribute.ts';

/** An attribute by its place: `userName`, `name.familyName`, `urn:…:User:manager.value`. */
export interface AttributePath extends Located {
  /** Undefined = the attribute itself. */
  readonly sub: Attribute | undefined;
}

/**
 * The attribute that a path names (RFC 7644 figure 1, attrPath), in any case. Names are looked up in
 * the schema and nowhere else.
 */
export function findAttribute(schema: ResourceSchema, text: string): AttributePath | undefined {
  const { urn, name, sub: subName } = parseAttributeName(text);
  const located = locate(schema, urn, name);
  if (!located || subName === undefined) return located && { ...located, sub: undefined };
  const sub = subAttribute(located.attribute, subName);
  return sub && { ...located, sub };
}

/**
 * What a filter in brackets may name of a value of a multi-valued attribute: its sub-attributes, or
 * the value itself as `value` where it has none (RFC 7644 section 3.5.2.2).
 */
export function findInElement(attribute: Attribute, name: string): AttributePath | undefined {
  const isSimple = attribute.type !== 'complex';
  const isValue = isSimple && name.toLowerCase() === 'value';
  const own = isValue ? { ...attribute, name: 'value', multiValued: false } : undefined;
  const found = isSimple ? own : subAttribute(attribute, name);
  return found && { extension: undefined, attribute: found, sub: undefined };
}

/** A name as an error may show it: what cannot be a name may be somebody's value. */
export function shownName(name: string): string {
  return /^[\w$.:-]{1,150}$/.test(name) ? `"${name}"` : 'of that name';
}
