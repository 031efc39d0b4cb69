import { AppError } from '../../errors.ts';
import type { Attribute, Schema } from './attribute.ts';
import { attribute } from './define.ts';
import type { FurtherAttribute } from './further-attribute.ts';
import { subAttribute } from './sub-attribute.ts';

/** A schema that is being made; attributes by their names in lower case, in their order. */
export interface DraftSchema extends Omit<Schema, 'attributes'> {
  readonly attributes: Map<string, Attribute>;
}

/** They are looked through one by one. */
const MOST_SUB_ATTRIBUTES = 50;

const DESCRIPTION = 'An attribute of this connection.';

/** A draft with the attributes that a schema has. */
export function draftOf(schema: Schema): DraftSchema {
  const { attributes } = schema;
  return { ...schema, attributes: new Map(attributes.map((one) => [one.name.toLowerCase(), one])) };
}

/** A draft of an extension that only this connection has. */
export function draftExtension(id: string): DraftSchema {
  const name = id.slice(id.lastIndexOf(':') + 1);
  return { id, name, description: 'Attributes of this connection.', attributes: new Map() };
}

/** What the draft has become. */
export function finished({ id, name, description, attributes }: DraftSchema): Schema {
  return { id, name, description, attributes: [...attributes.values()] };
}

/** Adds an attribute, or a sub-attribute of one; what is there already is left as it is. */
export function addAttribute(
  draft: DraftSchema,
  { name, sub }: { readonly name: string; readonly sub: string | undefined },
  further: FurtherAttribute,
): void {
  const key = name.toLowerCase();
  const known = draft.attributes.get(key);
  if (sub === undefined) {
    if (!known) draft.attributes.set(key, simple(name, further, further.multiValued));
    return;
  }
  const owner = known ?? complex(name, further.multiValued);
  if (owner.type !== 'complex' || subAttribute(owner, sub)) return;
  const subAttributes = [...(owner.subAttributes ?? []), simple(sub, further, false)];
  if (subAttributes.length > MOST_SUB_ATTRIBUTES)
    throw new AppError('bad-request', `${name}: more than ${MOST_SUB_ATTRIBUTES} sub-attributes`);
  draft.attributes.set(key, { ...owner, subAttributes });
}

function simple(name: string, { type, canonicalValues }: FurtherAttribute, multiValued: boolean) {
  return attribute(name, DESCRIPTION, {
    type,
    multiValued,
    ...(canonicalValues && { canonicalValues }),
  });
}

function complex(name: string, multiValued: boolean): Attribute {
  return attribute(name, DESCRIPTION, { type: 'complex', multiValued, subAttributes: [] });
}
