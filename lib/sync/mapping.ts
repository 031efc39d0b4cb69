import type { Kind } from './entry.ts';

/** How one application attribute comes from Entra properties, unless a connection says otherwise. */
export type DefaultMapping =
  | {
      readonly target: string;
      readonly type: 'direct';
      readonly source: string;
      /** It flows both ways where its kind is exported. */
      readonly isExported: boolean;
    }
  /** The properties that are there, joined by a blank. */
  | { readonly target: string; readonly type: 'join'; readonly sources: readonly string[] };

interface DefaultMappings {
  readonly mappings: readonly DefaultMapping[];
  /** Without these an entry cannot be created. */
  readonly required: readonly string[];
}

const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

const imported = (target: string, source: string): DefaultMapping => ({
  target,
  type: 'direct',
  source,
  isExported: false,
});
const both = (target: string, source: string): DefaultMapping => ({
  target,
  type: 'direct',
  source,
  isExported: true,
});

/** What flows unless a connection says otherwise; docs/mappings.md lists it for people. */
export const DEFAULT_MAPPINGS: Readonly<Record<Kind, DefaultMappings>> = {
  user: {
    required: ['userName'],
    mappings: [
      imported('userName', 'userPrincipalName'),
      both('displayName', 'displayName'),
      both('name.givenName', 'givenName'),
      both('name.familyName', 'surname'),
      { target: 'name.formatted', type: 'join', sources: ['givenName', 'surname'] },
      imported('emails[type eq "work"].value', 'mail'),
      both('title', 'jobTitle'),
      imported('userType', 'userType'),
      both('preferredLanguage', 'preferredLanguage'),
      both('phoneNumbers[type eq "work"].value', 'businessPhones'),
      both('phoneNumbers[type eq "mobile"].value', 'mobilePhone'),
      both('addresses[type eq "work"].formatted', 'officeLocation'),
      both('addresses[type eq "work"].streetAddress', 'streetAddress'),
      both('addresses[type eq "work"].locality', 'city'),
      both('addresses[type eq "work"].region', 'state'),
      both('addresses[type eq "work"].postalCode', 'postalCode'),
      both('addresses[type eq "work"].country', 'country'),
      both(`${ENTERPRISE}:employeeNumber`, 'employeeId'),
      both(`${ENTERPRISE}:organization`, 'companyName'),
      both(`${ENTERPRISE}:department`, 'department'),
    ],
  },
  group: {
    required: ['displayName'],
    mappings: [both('displayName', 'displayName')],
  },
};
