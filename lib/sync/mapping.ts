import type { Kind } from './entry.ts';

/** How one application attribute comes from Entra properties, unless a connection says otherwise. */
export type DefaultMapping =
  | { readonly target: string; readonly type: 'direct'; readonly source: string }
  /** The properties that are there, joined by a blank. */
  | { readonly target: string; readonly type: 'join'; readonly sources: readonly string[] };

interface DefaultMappings {
  readonly mappings: readonly DefaultMapping[];
  /** Without these an entry cannot be created. */
  readonly required: readonly string[];
}

const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

const direct = (target: string, source: string): DefaultMapping => ({
  target,
  type: 'direct',
  source,
});

/** What flows unless a connection says otherwise; docs/mappings.md lists it for people. */
export const DEFAULT_MAPPINGS: Readonly<Record<Kind, DefaultMappings>> = {
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
