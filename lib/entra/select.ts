import type { Kind } from '../sync/entry.ts';

/** What a property holds when it is not null. */
export type PropertyType = 'text' | 'flag' | 'texts';

/**
 * What is read of each kind, and so what Graph tracks (Graph docs: delta query overview): a change
 * of any other property makes no item. Changing this list takes a resync to have an effect.
 */
export const SELECTED = {
  user: {
    userPrincipalName: 'text',
    accountEnabled: 'flag',
    displayName: 'text',
    givenName: 'text',
    surname: 'text',
    mail: 'text',
    userType: 'text',
    jobTitle: 'text',
    department: 'text',
    companyName: 'text',
    employeeId: 'text',
    employeeType: 'text',
    officeLocation: 'text',
    streetAddress: 'text',
    city: 'text',
    state: 'text',
    postalCode: 'text',
    country: 'text',
    businessPhones: 'texts',
    mobilePhone: 'text',
    preferredLanguage: 'text',
    usageLocation: 'text',
    onPremisesSamAccountName: 'text',
    onPremisesSyncEnabled: 'flag',
  },
  group: {
    displayName: 'text',
    description: 'text',
    mail: 'text',
    mailNickname: 'text',
    mailEnabled: 'flag',
    securityEnabled: 'flag',
    groupTypes: 'texts',
    visibility: 'text',
    onPremisesSyncEnabled: 'flag',
  },
} as const satisfies Record<Kind, Readonly<Record<string, PropertyType>>>;

/** Relationships are asked for in `$select` too (Graph docs: delta query overview). */
const RELATIONSHIP: Readonly<Record<Kind, string>> = { user: 'manager', group: 'members' };

/** The value of `$select` for a kind's first delta request. */
export function selectOf(kind: Kind): string {
  return `${propertySelectOf(kind)},${RELATIONSHIP[kind]}`;
}

/** The value of `$select` for reading an object by id, where relationships have other ways. */
export function propertySelectOf(kind: Kind): string {
  return ['id', ...Object.keys(SELECTED[kind])].join(',');
}
