import { graphTime } from '../clock.ts';
import type { Directory } from '../directory/directory.ts';
import type { DirectoryObject } from '../directory/directory-object.ts';
import { type Random, randomFrom } from '../random.ts';
import { anyGroupPlan, type GroupPlan, peopleFor, seedGroup } from './groups.ts';
import { skewedSizes } from './membership-plan.ts';
import { DEFAULT_DOMAIN } from './organisation.ts';
import { type People, seedPeople } from './people.ts';

/** How large the tenant is; each figure is met exactly. */
export interface SeedSize {
  /** Guests and disabled accounts included, deleted users not. */
  readonly users: number;
  readonly groups: number;
  /** Direct members of all groups together, of whatever kind. */
  readonly memberships: number;
  /** The same number always gives the same tenant. */
  readonly seed: number;
}

const DAY = 24 * 3600 * 1000;
/** Below this there is no room for the groups that stand for special cases. */
const SMALLEST_WITH_SPECIALS = 18;
const SPECIAL_LINKS = 12;

interface Seeding {
  readonly directory: Directory;
  readonly random: Random;
  readonly people: People;
  readonly size: SeedSize;
}

/** Fills an empty directory. `now` is in milliseconds. */
export function seedDirectory(directory: Directory, size: SeedSize, now: number): void {
  const random = randomFrom(size.seed);
  const people = seedPeople(directory, random, size.users);
  seedDeletedUsers(directory, random, { users: size.users, now });
  const seeding = { directory, random, people, size };
  const hasSpecials =
    size.groups >= SMALLEST_WITH_SPECIALS && size.memberships >= SPECIAL_LINKS && size.users > 0;
  const used = hasSpecials ? seedSpecialGroups(seeding) : { groups: 0, memberships: 0, open: [] };
  seedOrdinaryGroups(seeding, used);
}

function seedDeletedUsers(
  directory: Directory,
  random: Random,
  { users, now }: { users: number; now: number },
): void {
  const count = users === 0 ? 0 : Math.min(12, Math.max(3, Math.round(users * 0.002)));
  for (let number = 0; number < count; number += 1) {
    const id = random.guid();
    const alias = `former.colleague${String(number + 1)}@${DEFAULT_DOMAIN}`;
    directory.seed('user', id, {
      // The oldest first, as the deleted items are kept.
      deletedAt: now - (26 - 2 * number) * DAY,
      properties: {
        userPrincipalName: `${id.replaceAll('-', '')}${alias}`,
        displayName: `Former Colleague ${String(number + 1)}`,
        mailNickname: alias.split('@')[0] ?? alias,
        accountEnabled: false,
        userType: 'Member',
        businessPhones: [],
        createdDateTime: graphTime(Date.UTC(2019, 4, 2)),
      },
    });
  }
}

interface Used {
  readonly groups: number;
  readonly memberships: number;
  /** Those that still take people like any other group. */
  readonly open: readonly DirectoryObject[];
}

/**
 * Everyone, a cycle of three, nested groups, namesakes, devices and one group each of the kinds
 * whose members cannot be written.
 */
function seedSpecialGroups({ directory, random, people, size }: Seeding): Used {
  let number = 0;
  let memberships = 0;
  const group = (displayName: string, kind: GroupPlan['kind'] = 'security') => {
    number += 1;
    return seedGroup(directory, random, { displayName, kind, number });
  };
  const put = (target: DirectoryObject, member: DirectoryObject) => {
    directory.seedMember(target, member);
    memberships += 1;
  };
  const everyone = size.memberships >= size.users + SPECIAL_LINKS;
  const wide = group(everyone ? 'All of Haldenworks' : 'All of Production');
  const cycle = ['North', 'East', 'South'].map((side) => group(`Round table ${side}`));
  for (const [place, link] of cycle.entries()) put(link, cycle[(place + 1) % 3] ?? link);
  const parent = group('Engineering and Research');
  const parts = [group('Engineering Leads'), group('Research Leads')];
  for (const part of parts) put(parent, part);
  const machines = group('Shop floor terminals');
  for (let device = 1; device <= 4; device += 1)
    put(machines, seedDevice(directory, random, device));
  const open = [
    ...parts,
    group('Budget owners - Sales'),
    group('Budget owners - Sales'),
    group('Plant managers', 'mailEnabledSecurity'),
    group('Press list', 'distribution'),
    group('Everyone in Engineering', 'dynamicSecurity'),
  ];
  const members = peopleFor(people, everyone).slice(0, size.memberships - memberships);
  for (const member of members) put(wide, member);
  return { groups: number, memberships, open };
}

function seedDevice(directory: Directory, random: Random, number: number): DirectoryObject {
  return directory.seed('device', random.guid(), {
    properties: {
      displayName: `TERMINAL-${String(number).padStart(3, '0')}`,
      accountEnabled: true,
      operatingSystem: 'Windows',
      deviceId: random.guid(),
    },
  });
}

/** The other groups, and members for all of them until the number is met. */
function seedOrdinaryGroups({ directory, random, people, size }: Seeding, used: Used): void {
  const groups: DirectoryObject[] = [];
  for (let number = used.groups + 1; number <= size.groups; number += 1) {
    groups.push(seedGroup(directory, random, { ...anyGroupPlan(random, number), number }));
  }
  groups.push(...used.open);
  const total = size.memberships - used.memberships;
  const sizes = skewedSizes({ total, groups: groups.length, most: people.users.length });
  for (const [place, group] of groups.entries()) {
    seedMembers({ directory, random, people, size }, group, sizes[place] ?? 0);
  }
}

/**
 * Walks through the users in steps that never meet the same one twice, because the step and the
 * number of users have no common divisor.
 */
function seedMembers(seeding: Seeding, group: DirectoryObject, count: number): void {
  const { users } = seeding.people;
  let place = seeding.random.below(users.length);
  const step = coprimeStep(users.length, seeding.random);
  for (let number = 0; number < count; number += 1) {
    const member = users[place];
    if (member !== undefined) seeding.directory.seedMember(group, member);
    place = (place + step) % users.length;
  }
}

function coprimeStep(length: number, random: Random): number {
  let step = 1 + random.below(Math.max(1, length - 1));
  while (greatestDivisor(step, length) !== 1) step += 1;
  return step;
}

function greatestDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestDivisor(b, a % b);
}
