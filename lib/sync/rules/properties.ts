import type { Kind } from '../entry.ts';
import { nearestName } from './nearest-name.ts';
import { whyUnreadable } from './unreadable-properties.ts';

/** What a property holds when it is not null; `time` is text in ISO 8601. */
export type PropertyType = 'text' | 'flag' | 'texts' | 'number' | 'time';

const USER: Readonly<Record<string, PropertyType>> = {
  accountEnabled: 'flag',
  ageGroup: 'text',
  businessPhones: 'texts',
  city: 'text',
  companyName: 'text',
  consentProvidedForMinor: 'text',
  country: 'text',
  createdDateTime: 'time',
  creationType: 'text',
  department: 'text',
  displayName: 'text',
  employeeHireDate: 'time',
  employeeId: 'text',
  // Takes a permission of its own: User-LifeCycleInfo.Read.All (Graph docs: user resource type).
  employeeLeaveDateTime: 'time',
  employeeType: 'text',
  externalUserState: 'text',
  externalUserStateChangeDateTime: 'time',
  faxNumber: 'text',
  givenName: 'text',
  imAddresses: 'texts',
  jobTitle: 'text',
  lastPasswordChangeDateTime: 'time',
  legalAgeGroupClassification: 'text',
  mail: 'text',
  mailNickname: 'text',
  mobilePhone: 'text',
  officeLocation: 'text',
  onPremisesDistinguishedName: 'text',
  onPremisesDomainName: 'text',
  onPremisesImmutableId: 'text',
  onPremisesLastSyncDateTime: 'time',
  onPremisesSamAccountName: 'text',
  onPremisesSecurityIdentifier: 'text',
  onPremisesSyncEnabled: 'flag',
  onPremisesUserPrincipalName: 'text',
  otherMails: 'texts',
  passwordPolicies: 'text',
  postalCode: 'text',
  preferredDataLocation: 'text',
  preferredLanguage: 'text',
  proxyAddresses: 'texts',
  securityIdentifier: 'text',
  showInAddressList: 'flag',
  signInSessionsValidFromDateTime: 'time',
  state: 'text',
  streetAddress: 'text',
  surname: 'text',
  usageLocation: 'text',
  userPrincipalName: 'text',
  userType: 'text',
};

const GROUP: Readonly<Record<string, PropertyType>> = {
  classification: 'text',
  createdDateTime: 'time',
  creationOptions: 'texts',
  description: 'text',
  displayName: 'text',
  expirationDateTime: 'time',
  groupTypes: 'texts',
  isAssignableToRole: 'flag',
  mail: 'text',
  mailEnabled: 'flag',
  mailNickname: 'text',
  membershipRule: 'text',
  membershipRuleProcessingState: 'text',
  onPremisesDomainName: 'text',
  onPremisesLastSyncDateTime: 'time',
  onPremisesNetBiosName: 'text',
  onPremisesSamAccountName: 'text',
  onPremisesSecurityIdentifier: 'text',
  onPremisesSyncEnabled: 'flag',
  preferredDataLocation: 'text',
  preferredLanguage: 'text',
  proxyAddresses: 'texts',
  renewedDateTime: 'time',
  resourceBehaviorOptions: 'texts',
  resourceProvisioningOptions: 'texts',
  securityEnabled: 'flag',
  securityIdentifier: 'text',
  theme: 'text',
  uniqueName: 'text',
  visibility: 'text',
};

/**
 * Properties that a delta query tracks, with what they hold when not null (Graph docs: user resource
 * type, group resource type). Those that hold objects are left out: rules read plain values.
 */
export const TRACKED: Readonly<Record<Kind, Readonly<Record<string, PropertyType>>>> = {
  user: USER,
  group: GROUP,
};

/** Exchange's custom attributes (Graph docs: onPremisesExtensionAttributes resource type). */
export const EXTENSION_ATTRIBUTES: readonly string[] = Array.from(
  { length: 15 },
  (_, at) => `extensionAttribute${at + 1}`,
);

/** Such as `extension_0123456789abcdef0123456789abcdef_costCenter`; the digits are an application's. */
const DIRECTORY_EXTENSION = /^extension_([0-9a-f]{32})_(\w{1,200})$/i;

/** Whether a name is that of a directory extension (Graph docs: add custom data, "directory extensions"). */
export function isDirectoryExtension(name: string): boolean {
  return DIRECTORY_EXTENSION.test(name);
}

/** Whether a name stands in `onPremisesExtensionAttributes`, which can only be read as a whole. */
export function isExtensionAttribute(name: string): boolean {
  return EXTENSION_ATTRIBUTES.includes(name);
}

/** All that can be named, in the right spelling: directory extensions are too many to list. */
const NAMES: Readonly<Record<Kind, ReadonlyMap<string, string>>> = {
  user: bySmallLetters([...Object.keys(USER), ...EXTENSION_ATTRIBUTES]),
  group: bySmallLetters(Object.keys(GROUP)),
};

function bySmallLetters(names: readonly string[]): ReadonlyMap<string, string> {
  return new Map(names.map((name) => [name.toLowerCase(), name]));
}

/** A property that can be read, or why it cannot. */
export type PropertyNamed =
  | { readonly ok: true; readonly name: string; readonly type: PropertyType }
  | { readonly ok: false; readonly reason: string };

/**
 * The right spelling of a property's name given without case, or why it cannot be used. What a
 * directory extension holds is not in its name: it counts as text, and may be anything but an object.
 */
export function propertyNamed(kind: Kind, name: string): PropertyNamed {
  const known = NAMES[kind].get(name.toLowerCase());
  if (known !== undefined) return { ok: true, name: known, type: TRACKED[kind][known] ?? 'text' };
  const [, application, own] = DIRECTORY_EXTENSION.exec(name) ?? [];
  if (application !== undefined)
    return { ok: true, name: `extension_${application.toLowerCase()}_${own}`, type: 'text' };
  return { ok: false, reason: whyUnreadable(kind, name) ?? unknown(kind, name) };
}

function unknown(kind: Kind, name: string): string {
  const nearest = nearestName(name, [...NAMES[kind].values()]);
  const suggestion = nearest === undefined ? '' : `; did you mean "${nearest}"?`;
  return `${kind}s have no property "${name}"${suggestion}`;
}

/** What is asked for of each kind: property names, and whether the relationship is. */
export interface Selection {
  /** In the right spelling, as `propertyNamed` gives it. */
  readonly properties: Readonly<Record<Kind, readonly string[]>>;
  /** Of users the manager, of groups the members. */
  readonly relationships: Readonly<Record<Kind, boolean>>;
}
