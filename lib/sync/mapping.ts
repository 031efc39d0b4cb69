import type { Attributes, Json, Kind, Properties, Value } from './entry.ts';
import type { Half } from './link.ts';

/** How one application attribute comes from Entra properties. */
export type Mapping =
  | { readonly target: string; readonly type: 'direct'; readonly source: string }
  /** The properties that are there, joined by a blank. */
  | { readonly target: string; readonly type: 'join'; readonly sources: readonly string[] };

/** What flows for one kind of object. */
export interface MappingSet {
  readonly mappings: readonly Mapping[];
  /** Without these an entry cannot be created. */
  readonly required: readonly string[];
}

const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

const direct = (target: string, source: string): Mapping => ({ target, type: 'direct', source });

/** What flows unless a connection says otherwise; docs/mappings.md lists it for people. */
export const DEFAULT_MAPPINGS: Readonly<Record<Kind, MappingSet>> = {
  user: {
    required: ['userName'],
    mappings: [
      direct('userName', 'userPrincipalName'),
      direct('displayName', 'displayName'),
      direct('name.givenName', 'givenName'),
      direct('name.familyName', 'surname'),
      { target: 'name.formatted', type: 'join', sources: ['givenName', 'surname'] },
      direct('emails[type eq "work"].value', 'mail'),
      direct('title', 'jobTitle'),
      direct('userType', 'userType'),
      direct('preferredLanguage', 'preferredLanguage'),
      direct('phoneNumbers[type eq "work"].value', 'businessPhones'),
      direct('phoneNumbers[type eq "mobile"].value', 'mobilePhone'),
      direct('addresses[type eq "work"].formatted', 'officeLocation'),
      direct('addresses[type eq "work"].streetAddress', 'streetAddress'),
      direct('addresses[type eq "work"].locality', 'city'),
      direct('addresses[type eq "work"].region', 'state'),
      direct('addresses[type eq "work"].postalCode', 'postalCode'),
      direct('addresses[type eq "work"].country', 'country'),
      direct(`${ENTERPRISE}:employeeNumber`, 'employeeId'),
      direct(`${ENTERPRISE}:organization`, 'companyName'),
      direct(`${ENTERPRISE}:department`, 'department'),
    ],
  },
  group: {
    required: ['displayName'],
    mappings: [direct('displayName', 'displayName')],
  },
};

/**
 * Maps an object's properties to what the application should hold. Always from the whole of `seen`,
 * so that an item which carries one property of a computed mapping yields the right value.
 */
export function map(kind: Kind, properties: Properties, set: MappingSet): Half {
  const attributes: Record<string, Value> = {};
  for (const mapping of set.mappings) {
    const value =
      mapping.type === 'direct'
        ? scimValue(properties[mapping.source])
        : joined(mapping.sources.map((source) => scimValue(properties[source])));
    if (value !== undefined) attributes[mapping.target] = value;
  }
  // Absent = never said: a user counts as enabled until Entra says otherwise.
  return { active: kind === 'group' || properties.accountEnabled !== false, attributes };
}

/** The required attributes that are empty. */
export function missingAttributes(attributes: Attributes, set: MappingSet): readonly string[] {
  return set.required.filter((name) => attributes[name] === undefined);
}

function scimValue(value: Json | undefined): Value | undefined {
  if (Array.isArray(value)) {
    // Single-valued targets take the first: businessPhones holds at most one (Graph docs: user).
    return scimValue(value[0]);
  }
  if (typeof value === 'number') return String(value);
  if (typeof value === 'boolean') return value;
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function joined(values: readonly (Value | undefined)[]): string | undefined {
  const there = values.filter((value) => typeof value === 'string');
  return there.length > 0 ? there.join(' ') : undefined;
}
