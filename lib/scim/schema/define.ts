import type { Attribute, AttributeType } from './attribute.ts';

/** Compared with their case unless said otherwise (RFC 7643 sections 2.3.6 and 2.3.7). */
const EXACT: ReadonlySet<AttributeType> = new Set(['binary', 'reference']);

type Traits = Partial<Omit<Attribute, 'name' | 'description'>>;

/** An attribute with the defaults of RFC 7643 section 2.2: a single string that anybody may write. */
export function attribute(name: string, description: string, traits: Traits = {}): Attribute {
  const type = traits.type ?? 'string';
  return {
    name,
    type,
    multiValued: false,
    description,
    required: false,
    caseExact: EXACT.has(type),
    mutability: 'readWrite',
    returned: 'default',
    uniqueness: 'none',
    ...traits,
  };
}

/**
 * A multi-valued attribute with the sub-attributes that most have (RFC 7643 section 2.4).
 * @param value what an element holds beside its type and whether it is the primary one
 * @param types usual types; another is taken as well. Entra's validation derives paths such as
 *   `emails[type eq "work"].value` from them, and `roles[primary eq "True"].value` where there are none
 */
export function plural(
  name: string,
  description: string,
  { value, types = [] }: { value: readonly Attribute[]; types?: readonly string[] },
): Attribute {
  const canonical = types.length > 0 ? { canonicalValues: types } : {};
  const labels = [
    attribute('type', 'What kind of value it is.', canonical),
    attribute('primary', 'Whether it is the preferred value; one is at most.', {
      type: 'boolean',
    }),
  ];
  return attribute(name, description, {
    type: 'complex',
    multiValued: true,
    subAttributes: [...value, ...labels],
  });
}

/** `value` and `display`, which most elements of multi-valued attributes hold. */
export function valueAndDisplay(description: string, traits: Traits = {}): readonly Attribute[] {
  return [
    attribute('value', description, traits),
    attribute('display', 'The value as people are to read it.'),
  ];
}
