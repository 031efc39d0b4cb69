import { graphMidnight } from '../clock.ts';
import type { Directory } from '../directory/directory.ts';
import type { DirectoryObject, Properties } from '../directory/directory-object.ts';
import type { Random } from '../random.ts';
import { plainName } from './names.ts';
import { DEFAULT_DOMAIN, DEPARTMENTS, OFFICES } from './organisation.ts';
import type { People } from './people.ts';

/** The kinds of groups that Entra ID knows (Graph docs: groups overview). */
export const GROUP_KINDS = [
  'security',
  'microsoft365',
  'mailEnabledSecurity',
  'distribution',
  'dynamicSecurity',
  'dynamicMicrosoft365',
] as const;
export type GroupKind = (typeof GROUP_KINDS)[number];

const SHARES: readonly (readonly [GroupKind, number])[] = [
  ['security', 0.54],
  ['microsoft365', 0.3],
  ['mailEnabledSecurity', 0.05],
  ['distribution', 0.05],
  ['dynamicSecurity', 0.04],
  ['dynamicMicrosoft365', 0.02],
];

const PURPOSES: readonly string[] = [
  'Project',
  'Access to the CRM',
  'Printers',
  'VPN',
  'Licence CAD',
  'Licence Office',
  'Travel approvers',
  'Site access',
  'Newsletter',
  'Works council',
  'On-call rota',
  'Budget owners',
  'Pilot',
];
const CODE_NAMES: readonly string[] = [
  'Albatross',
  'Basalt',
  'Cinnabar',
  'Dunlin',
  'Estuary',
  'Ferrous',
  'Glacier',
  'Harrier',
  'Isthmus',
  'Juniper',
  'Kestrel',
  'Lighthouse',
  'Meridian',
];
const FIRST_DAY = Date.UTC(2018, 2, 1);
const DAY = 24 * 3600 * 1000;

/** What a group is made from. */
export interface GroupPlan {
  readonly displayName: string;
  readonly kind: GroupKind;
  readonly description?: string;
}

/** Which kind the next group gets, security groups being the most common. */
function anyGroupKind(random: Random): GroupKind {
  let ticket = random.next();
  for (const [kind, share] of SHARES) {
    ticket -= share;
    if (ticket < 0) return kind;
  }
  return 'security';
}

/** A name as people give to groups; two groups may well get the same one. */
export function anyGroupPlan(random: Random, number: number): GroupPlan {
  const department = random.pick(DEPARTMENTS).name;
  const place = random.pick(OFFICES).city;
  const subject = random.chance(0.5) ? `${department} ${place}` : random.pick(CODE_NAMES);
  return {
    displayName: `${random.pick(PURPOSES)} - ${subject} ${String(number)}`,
    kind: anyGroupKind(random),
    ...(random.chance(0.6) && { description: `${subject}: ask ${department} for access` }),
  };
}

/** Puts one group without members into the directory. */
export function seedGroup(
  directory: Directory,
  random: Random,
  plan: GroupPlan & { readonly number: number },
): DirectoryObject {
  const properties: Properties = {
    ...propertiesOfKind(
      plan.kind,
      `${plainName(plan.displayName).slice(0, 50)}${String(plan.number)}`,
    ),
    displayName: plan.displayName,
    createdDateTime: graphMidnight(FIRST_DAY + random.below(2800) * DAY),
    renewedDateTime: graphMidnight(FIRST_DAY + random.below(2800) * DAY),
    ...(plan.description !== undefined && { description: plan.description }),
  };
  return directory.seed('group', random.guid(), { properties });
}

/** What makes a group one of its kind (Graph docs: group resource type). */
export function propertiesOfKind(kind: GroupKind, mailNickname: string): Properties {
  const unified = kind === 'microsoft365' || kind === 'dynamicMicrosoft365';
  const dynamic = kind === 'dynamicSecurity' || kind === 'dynamicMicrosoft365';
  const mailEnabled = unified || kind === 'mailEnabledSecurity' || kind === 'distribution';
  const mail = `${mailNickname}@${DEFAULT_DOMAIN}`;
  return {
    groupTypes: [...(unified ? ['Unified'] : []), ...(dynamic ? ['DynamicMembership'] : [])],
    mailEnabled,
    securityEnabled: kind !== 'distribution' && !unified,
    mailNickname,
    visibility: unified ? 'Public' : 'Private',
    ...(mailEnabled && { mail, proxyAddresses: [`SMTP:${mail}`] }),
    ...(dynamic && {
      membershipRule: '(user.department -eq "Engineering")',
      membershipRuleProcessingState: 'On',
    }),
  };
}

/** Who can be in a group of any kind: the staff of a department, or everybody. */
export function peopleFor(people: People, everyone: boolean): readonly DirectoryObject[] {
  if (everyone) return people.users;
  const largest = [...people.byDepartment.values()].sort((a, b) => b.length - a.length)[0];
  return largest ?? people.users;
}
