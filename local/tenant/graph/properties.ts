import type { Json, ObjectKind } from '../directory/directory-object.ts';
import { NO_EXTENSION_ATTRIBUTES } from './extension-attributes.ts';

/** How a property's value looks. */
type PropertyType = 'string' | 'boolean' | 'strings' | 'object' | 'objects' | 'extension';

/** What Graph knows of one property. */
export interface PropertyRule {
  readonly type: PropertyType;
  readonly isReadOnly?: boolean;
  /** Characters of a string, or of each of them. */
  readonly limit?: number;
  /** Entries of a list. */
  readonly most?: number;
  readonly isRequired?: boolean;
}

const text = (limit = 256): PropertyRule => ({ type: 'string', limit });
const required = (limit = 256): PropertyRule => ({ type: 'string', limit, isRequired: true });
const fixed = (type: PropertyType = 'string'): PropertyRule => ({ type, isReadOnly: true });

/** The user resource type, as far as the directory holds it (Graph docs: user resource type). */
const USER_PROPERTIES: Readonly<Record<string, PropertyRule>> = {
  accountEnabled: { type: 'boolean', isRequired: true },
  ageGroup: text(),
  assignedLicenses: fixed('objects'),
  businessPhones: { type: 'strings', most: 1, limit: 64 },
  city: text(128),
  companyName: text(64),
  consentProvidedForMinor: text(),
  country: text(128),
  createdDateTime: fixed(),
  creationType: fixed(),
  deletedDateTime: fixed(),
  department: text(64),
  displayName: required(256),
  employeeHireDate: text(),
  employeeId: text(16),
  employeeLeaveDateTime: text(),
  employeeOrgData: { type: 'object' },
  employeeType: text(),
  externalUserState: text(),
  externalUserStateChangeDateTime: text(),
  faxNumber: text(),
  givenName: text(64),
  identities: { type: 'objects' },
  imAddresses: fixed('strings'),
  jobTitle: text(128),
  lastPasswordChangeDateTime: fixed(),
  legalAgeGroupClassification: fixed(),
  mail: required(),
  mailNickname: required(64),
  mobilePhone: text(64),
  officeLocation: text(128),
  onPremisesDistinguishedName: fixed(),
  onPremisesDomainName: fixed(),
  onPremisesExtensionAttributes: { type: 'object' },
  onPremisesImmutableId: text(),
  onPremisesLastSyncDateTime: fixed(),
  onPremisesProvisioningErrors: fixed('objects'),
  onPremisesSamAccountName: fixed(),
  onPremisesSecurityIdentifier: fixed(),
  onPremisesSyncEnabled: fixed('boolean'),
  onPremisesUserPrincipalName: fixed(),
  otherMails: { type: 'strings', most: 250, limit: 250 },
  passwordPolicies: text(),
  passwordProfile: { type: 'object' },
  postalCode: text(40),
  preferredDataLocation: text(),
  preferredLanguage: text(),
  provisionedPlans: fixed('objects'),
  proxyAddresses: fixed('strings'),
  securityIdentifier: fixed(),
  showInAddressList: { type: 'boolean' },
  signInSessionsValidFromDateTime: fixed(),
  state: text(128),
  streetAddress: text(1024),
  surname: text(64),
  usageLocation: required(2),
  userPrincipalName: required(),
  userType: text(),
};

/** The group resource type (Graph docs: group resource type). */
const GROUP_PROPERTIES: Readonly<Record<string, PropertyRule>> = {
  classification: text(),
  createdDateTime: fixed(),
  creationOptions: fixed('strings'),
  deletedDateTime: fixed(),
  description: text(1024),
  displayName: required(256),
  expirationDateTime: fixed(),
  groupTypes: { type: 'strings' },
  isAssignableToRole: { type: 'boolean' },
  mail: fixed(),
  mailEnabled: { type: 'boolean', isRequired: true },
  mailNickname: required(64),
  membershipRule: text(3072),
  membershipRuleProcessingState: text(),
  onPremisesDomainName: fixed(),
  onPremisesLastSyncDateTime: fixed(),
  onPremisesNetBiosName: fixed(),
  onPremisesProvisioningErrors: fixed('objects'),
  onPremisesSamAccountName: fixed(),
  onPremisesSecurityIdentifier: fixed(),
  onPremisesSyncEnabled: fixed('boolean'),
  preferredDataLocation: text(),
  preferredLanguage: text(),
  proxyAddresses: fixed('strings'),
  renewedDateTime: fixed(),
  resourceBehaviorOptions: fixed('strings'),
  resourceProvisioningOptions: fixed('strings'),
  securityEnabled: { type: 'boolean', isRequired: true },
  securityIdentifier: fixed(),
  serviceProvisioningErrors: fixed('objects'),
  theme: text(),
  uniqueName: text(128),
  visibility: text(),
};

const DEVICE_PROPERTIES: Readonly<Record<string, PropertyRule>> = {
  accountEnabled: { type: 'boolean' },
  deviceId: fixed(),
  displayName: text(),
  operatingSystem: text(),
};

const PROPERTIES: Readonly<Record<ObjectKind, Readonly<Record<string, PropertyRule>>>> = {
  user: USER_PROPERTIES,
  group: GROUP_PROPERTIES,
  device: DEVICE_PROPERTIES,
};

/** What comes without `$select` (Graph docs: user resource type, "default properties"). */
const DEFAULT_USER_PROPERTIES: readonly string[] = [
  'businessPhones',
  'displayName',
  'givenName',
  'jobTitle',
  'mail',
  'mobilePhone',
  'officeLocation',
  'preferredLanguage',
  'surname',
  'userPrincipalName',
];

/** Without `$select`, a group shows all it has. */
export const DEFAULT_PROPERTIES: Readonly<Record<ObjectKind, readonly string[]>> = {
  user: DEFAULT_USER_PROPERTIES,
  group: Object.keys(GROUP_PROPERTIES).filter((name) => name !== 'deletedDateTime'),
  device: Object.keys(DEVICE_PROPERTIES),
};

/** Kept outside the directory, so that a delta cannot track it (Graph docs: users overview). */
export const OUTSIDE_PROPERTIES: ReadonlySet<string> = new Set(
  (
    'aboutMe birthday cloudLicensing deviceEnrollmentLimit hireDate interests mailboxSettings ' +
    'mySite pastProjects preferredName print responsibilities schools signInActivity skills ' +
    'accessType allowExternalSenders autoSubscribeNewMembers hideFromAddressLists ' +
    'hideFromOutlookClients isArchived isFavorite isSubscribedByMail ' +
    'membershipRuleProcessingStatus unseenConversationsCount unseenCount unseenMessagesCount'
  ).split(' '),
);

const EXTENSION = /^extension_[0-9a-f]{32}_\w+$/i;

/** The rule for a property, directory extensions included; undefined where there is none. */
export function propertyRule(kind: ObjectKind, name: string): PropertyRule | undefined {
  return PROPERTIES[kind][name] ?? (EXTENSION.test(name) ? { type: 'extension' } : undefined);
}

const LOWER_CASE: Record<ObjectKind, Map<string, string>> = {
  user: lowerCaseNames('user'),
  group: lowerCaseNames('group'),
  device: lowerCaseNames('device'),
};

function lowerCaseNames(kind: ObjectKind): Map<string, string> {
  return new Map(Object.keys(PROPERTIES[kind]).map((name) => [name.toLowerCase(), name]));
}

/** A property's proper spelling; undefined where the kind has no such property. */
export function properName(kind: ObjectKind, name: string): string | undefined {
  return LOWER_CASE[kind].get(name.toLowerCase()) ?? (EXTENSION.test(name) ? name : undefined);
}

/** What stands for a property that was never set: GET shows it, delta does not. */
export function emptyValue(kind: ObjectKind, name: string): Json {
  if (name === 'onPremisesExtensionAttributes') return NO_EXTENSION_ATTRIBUTES;
  const type = propertyRule(kind, name)?.type;
  return type === 'strings' || type === 'objects' ? [] : null;
}
