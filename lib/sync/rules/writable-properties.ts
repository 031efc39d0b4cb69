import type { Kind } from '../entry.ts';
import { isDirectoryExtension, isExtensionAttribute } from './properties.ts';

/** `required`: it can be changed and not cleared. */
type Writable = 'yes' | 'required';

/**
 * What an application may write, with values that one attribute can hold (Graph docs: user: update,
 * group: update).
 */
const WRITABLE: Readonly<Record<Kind, ReadonlyMap<string, Writable>>> = {
  user: new Map<string, Writable>([
    ['ageGroup', 'yes'],
    ['businessPhones', 'yes'],
    ['city', 'yes'],
    ['companyName', 'yes'],
    ['consentProvidedForMinor', 'yes'],
    ['country', 'yes'],
    ['department', 'yes'],
    ['displayName', 'required'],
    ['employeeId', 'yes'],
    ['employeeLeaveDateTime', 'yes'],
    ['employeeType', 'yes'],
    ['faxNumber', 'yes'],
    ['givenName', 'yes'],
    ['jobTitle', 'yes'],
    ['mail', 'required'],
    ['mailNickname', 'required'],
    ['mobilePhone', 'yes'],
    ['officeLocation', 'yes'],
    ['postalCode', 'yes'],
    ['preferredLanguage', 'yes'],
    ['state', 'yes'],
    ['streetAddress', 'yes'],
    ['surname', 'yes'],
    ['usageLocation', 'required'],
    ['userType', 'required'],
  ]),
  group: new Map<string, Writable>([
    ['description', 'yes'],
    ['displayName', 'required'],
    ['mailNickname', 'required'],
    ['visibility', 'required'],
  ]),
};

/** Why others are left out, where it is not for Graph alone. */
const REASONS: Readonly<Record<Kind, ReadonlyMap<string, string>>> = {
  user: new Map([
    ['accountEnabled', 'whether an account is enabled flows by "active"'],
    ['employeeHireDate', 'Graph does not let an application write it without a signed-in user'],
    ['onPremisesImmutableId', 'it decides who may sign in as the user'],
    ['otherMails', 'Graph replaces the whole list, and an attribute holds one value'],
    [
      'userPrincipalName',
      'the sync itself changes user names in the application when one is taken',
    ],
  ]),
  group: new Map([
    ['membershipRule', 'Graph decides by it who is a member'],
    ['membershipRuleProcessingState', 'Graph decides by it who is a member'],
  ]),
};

/** Whether a property can be written, and whether it can be empty; or why it cannot be written. */
export type WritableProperty =
  | { readonly ok: true; readonly isRequired: boolean }
  | { readonly ok: false; readonly reason: string };

/** @param property in the right spelling, as `propertyNamed` gives it */
export function writableProperty(kind: Kind, property: string): WritableProperty {
  if (isDirectoryExtension(property)) return { ok: true, isRequired: false };
  if (kind === 'user' && isExtensionAttribute(property)) return { ok: true, isRequired: false };
  const known = WRITABLE[kind].get(property);
  if (known) return { ok: true, isRequired: known === 'required' };
  const why = REASONS[kind].get(property) ?? 'Graph does not let an application write it';
  return { ok: false, reason: `${property} cannot flow to Entra: ${why}` };
}
