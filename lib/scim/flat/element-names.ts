import { foldName } from '../../sync/fold-name.ts';
import { CORE_USER } from '../schema/core-user.ts';
import { subAttribute } from '../schema/sub-attribute.ts';

/** How the values of one type are called: `emails[type eq "work"]` and `….value`. */
export interface ElementNames {
  /** The type without its case. */
  readonly type: string;
  readonly name: string;
  readonly parts: Map<string, string>;
}

/** Types come from outside. */
const MOST_TYPES = 1_000;
const known = new Map<string, Map<string, ElementNames>>();
let count = 0;

/** How the types of RFC 7643 are spelled, by attribute and by the folded type. */
const SPELLINGS: ReadonlyMap<string, ReadonlyMap<string, string>> = new Map(
  CORE_USER.attributes.map((attribute) => {
    const types = subAttribute(attribute, 'type')?.canonicalValues ?? [];
    return [attribute.name, new Map(types.map((type) => [foldName(type), type]))];
  }),
);

/** The names for an attribute's values of a type; made once, since an import asks for few but often. */
export function elementNames(attribute: string, type: string): ElementNames {
  const remembered = known.get(attribute)?.get(type);
  if (remembered) return remembered;
  if (count >= MOST_TYPES) {
    known.clear();
    count = 0;
  }
  const folded = foldName(type);
  const spelled = SPELLINGS.get(attribute)?.get(folded) ?? type;
  const name = `${attribute}[type eq ${JSON.stringify(spelled)}]`;
  const names = { type: folded, name, parts: new Map<string, string>() };
  const ofAttribute = known.get(attribute) ?? new Map<string, ElementNames>();
  known.set(attribute, ofAttribute.set(type, names));
  count += 1;
  return names;
}

/** `emails[type eq "work"].value`; sub-attributes are the schema's, and few. */
export function partName({ name, parts }: ElementNames, sub: string): string {
  const remembered = parts.get(sub);
  if (remembered !== undefined) return remembered;
  const made = `${name}.${sub}`;
  parts.set(sub, made);
  return made;
}
