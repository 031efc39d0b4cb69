import type { Kind } from '../entry.ts';

/**
 * Kept outside the directory, or not followed by it (Graph docs: users overview and groups overview,
 * "properties stored outside the main data store"; user: delta, for the state of licences).
 */
const UNTRACKED: Readonly<Record<Kind, ReadonlySet<string>>> = {
  user: names(
    'aboutMe appRoleAssignments birthday cloudLicensing deviceEnrollmentLimit hireDate interests ' +
      'licenseAssignmentStates mailboxSettings mySite pastProjects photo preferredName print ' +
      'responsibilities schools signInActivity skills',
  ),
  group: names(
    'accessType allowExternalSenders autoSubscribeNewMembers cloudLicensing ' +
      'hasMembersWithLicenseErrors hideFromAddressLists hideFromOutlookClients isArchived ' +
      'isFavorite isSubscribedByMail membershipRuleProcessingStatus photo ' +
      'unseenConversationsCount unseenCount unseenMessagesCount',
  ),
};

/** They hold objects, or lists of them (Graph docs: user resource type, group resource type). */
const STRUCTURED: Readonly<Record<Kind, ReadonlySet<string>>> = {
  user: names(
    'assignedLicenses assignedPlans authorizationInfo customSecurityAttributes employeeOrgData ' +
      'identities onPremisesProvisioningErrors passwordProfile provisionedPlans ' +
      'serviceProvisioningErrors',
  ),
  group: names(
    'assignedLabels assignedLicenses licenseProcessingState onPremisesProvisioningErrors ' +
      'serviceProvisioningErrors',
  ),
};

const RELATIONSHIPS: Readonly<Record<Kind, ReadonlySet<string>>> = {
  user: names('directReports manager memberOf transitiveMemberOf'),
  group: names('memberOf members owners transitiveMemberOf transitiveMembers'),
};

function names(text: string): ReadonlySet<string> {
  return new Set(text.toLowerCase().split(' '));
}

/** Why rules cannot read something that Graph has; undefined where it has no such thing. */
export function whyUnreadable(kind: Kind, name: string): string | undefined {
  const small = name.toLowerCase();
  if (UNTRACKED[kind].has(small))
    return `a delta query does not track "${name}" of ${kind}s, so that its changes would go unseen`;
  if (STRUCTURED[kind].has(small)) return `"${name}" of ${kind}s holds no plain value`;
  if (RELATIONSHIPS[kind].has(small)) return `"${name}" of ${kind}s is a relationship, no property`;
  if (small === 'id') return `the id ties the two sides together by itself`;
  if (kind === 'user' && small === 'onpremisesextensionattributes')
    return `"${name}" holds several values: name one, extensionAttribute1 to extensionAttribute15`;
  return undefined;
}
