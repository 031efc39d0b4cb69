import { parseAttributeName } from '../schema/attribute-name.ts';
import { locate } from '../schema/locate.ts';
import type { Located, ResourceSchema } from '../schema/resource-schema.ts';
import { subAttribute } from '../schema/sub-attribute.ts';
import { ScimError } from '../scim-error.ts';

/** The attributes that a client asks for, or does without (RFC 7644 section 3.9). */
export interface SelectionRequest {
  /** Separated by commas, as in a query; or a list, as in a search request. */
  readonly attributes?: string | readonly string[] | undefined;
  readonly excludedAttributes?: string | readonly string[] | undefined;
}

/** How much of an attribute was named: all of it, or some sub-attributes by their canonical names. */
export type Named = 'whole' | ReadonlySet<string>;

/** The attributes that were named, and what for. */
export interface Selection {
  readonly mode: 'default' | 'only' | 'without';
  /** The URNs of schemas that were named as a whole. */
  readonly schemas: ReadonlySet<string>;
  /** By {@link attributeKey}. */
  readonly attributes: ReadonlyMap<string, Named>;
}

const LONGEST_LIST = 4_096;
const MOST_NAMES = 100;

/**
 * Reads what a client wants to see. Names come in any case, with or without a URN, and with a
 * sub-attribute or without; a URN alone means all of its schema. Those that are not known are passed
 * over.
 * @throws ScimError 400 `invalidValue` where both lists are given (RFC 7644 section 3.9: they exclude
 *   each other), or one is too long
 */
export function readSelection(request: SelectionRequest, schema: ResourceSchema): Selection {
  const attributes = namesIn(request.attributes);
  const excluded = namesIn(request.excludedAttributes);
  if (attributes.length > 0 && excluded.length > 0)
    throw refused('attributes and excludedAttributes exclude each other');
  if (attributes.length > 0) return { mode: 'only', ...named(attributes, schema) };
  return { mode: excluded.length > 0 ? 'without' : 'default', ...named(excluded, schema) };
}

/** What an attribute is called in a selection. */
export function attributeKey({ extension, attribute }: Located): string {
  return `${extension ?? ''} ${attribute.name}`;
}

function namesIn(list: string | readonly string[] | undefined): readonly string[] {
  const text = typeof list === 'string' ? list : (list ?? []).join(',');
  if (text.length > LONGEST_LIST)
    throw refused(`a list of attributes has ${LONGEST_LIST} characters at most`);
  const names = text.split(',').map((name) => name.trim());
  const found = names.filter((name) => name !== '');
  if (found.length > MOST_NAMES)
    throw refused(`a list of attributes has ${MOST_NAMES} names at most`);
  return found;
}

function named(
  names: readonly string[],
  schema: ResourceSchema,
): Pick<Selection, 'schemas' | 'attributes'> {
  const schemas = new Set<string>();
  const attributes = new Map<string, Named>();
  for (const text of names) {
    const whole = schema.urnOf(text);
    if (whole === undefined) nameOne(text, schema, attributes);
    else schemas.add(whole);
  }
  return { schemas, attributes };
}

function nameOne(text: string, schema: ResourceSchema, attributes: Map<string, Named>): void {
  const { urn, name, sub } = parseAttributeName(text);
  const located = locate(schema, urn, name);
  if (!located) return;
  const key = attributeKey(located);
  const known = attributes.get(key);
  if (sub === undefined) attributes.set(key, 'whole');
  const part = sub === undefined ? undefined : subAttribute(located.attribute, sub);
  if (part && known !== 'whole') attributes.set(key, new Set([...(known ?? []), part.name]));
}

function refused(why: string): ScimError {
  return new ScimError(400, 'invalidValue', why);
}
