import { graphMidnight } from '../clock.ts';
import type { Directory } from '../directory/directory.ts';
import type { DirectoryObject, Json, Properties } from '../directory/directory-object.ts';
import type { Random } from '../random.ts';
import { GIVEN_NAMES, plainName, SURNAMES } from './names.ts';
import {
  COMPANY,
  DEFAULT_DOMAIN,
  DEPARTMENTS,
  type Department,
  INITIAL_DOMAIN,
  OFFICES,
  PARTNERS,
  SECOND_DOMAIN,
} from './organisation.ts';
import { SignInNames } from './sign-in-names.ts';

/** The people of the tenant, as far as the groups need to know them. */
export interface People {
  readonly users: readonly DirectoryObject[];
  readonly byDepartment: ReadonlyMap<string, readonly DirectoryObject[]>;
}

const GUEST_SHARE = 0.04;
const DISABLED_SHARE = 0.03;
const NO_MAIL_SHARE = 0.03;
const SYNCED_SHARE = 0.3;
const SPAN_OF_CONTROL = 8;
const FIRST_DAY = Date.UTC(2017, 0, 9);
const DAY = 24 * 3600 * 1000;

interface Seeding {
  readonly random: Random;
  readonly directory: Directory;
  readonly names: SignInNames;
  /** Names in the on-premises domain, which are shorter and their own. */
  readonly samNames: SignInNames;
}

/** Who is what: `number` counts from 0; the first one heads the organisation. */
interface Place {
  readonly number: number;
  readonly department: Department;
  readonly title: string;
}

/** Exactly `count` users: staff in a tree of managers, guests, disabled and nameless accounts. */
export function seedPeople(directory: Directory, random: Random, count: number): People {
  const seeding: Seeding = {
    random,
    directory,
    names: new SignInNames(),
    samNames: new SignInNames(),
  };
  const guests = Math.round(count * GUEST_SHARE);
  const byDepartment = new Map<string, DirectoryObject[]>();
  const users: DirectoryObject[] = [];
  for (let number = 0; number < count - guests; number += 1) {
    users.push(seedStaff(seeding, number, byDepartment));
  }
  for (let number = 0; number < guests; number += 1) {
    users.push(directory.seed('user', random.guid(), { properties: guest(seeding) }));
  }
  return { users, byDepartment };
}

function seedStaff(
  seeding: Seeding,
  number: number,
  byDepartment: Map<string, DirectoryObject[]>,
): DirectoryObject {
  const { random, directory } = seeding;
  const department = number === 0 ? MANAGEMENT : departmentOf(number, random);
  const colleagues = byDepartment.get(department.name) ?? [];
  byDepartment.set(department.name, colleagues);
  const title = colleagues.length === 0 ? department.head : random.pick(department.titles);
  const properties = staff(seeding, { number, department, title });
  const user = directory.seed('user', random.guid(), { properties });
  // The n-th of a department reports to the one at (n - 1) / 8: a tree without any searching.
  const superior =
    colleagues.length === 0
      ? byDepartment.get(MANAGEMENT.name)?.[0]
      : colleagues[Math.floor((colleagues.length - 1) / SPAN_OF_CONTROL)];
  if (superior !== undefined) directory.linkManager(user, superior);
  colleagues.push(user);
  return user;
}

const MANAGEMENT: Department = {
  name: 'Management',
  weight: 0,
  head: 'Chief Executive Officer',
  titles: ['Chief of Staff'],
};

const TOTAL_WEIGHT = DEPARTMENTS.reduce((sum, { weight }) => sum + weight, 0);

/** The first ones open a department each, so that every department has a head. */
function departmentOf(number: number, random: Random): Department {
  const first = DEPARTMENTS[number - 1];
  if (first !== undefined) return first;
  let ticket = random.next() * TOTAL_WEIGHT;
  for (const department of DEPARTMENTS) {
    ticket -= department.weight;
    if (ticket < 0) return department;
  }
  return MANAGEMENT;
}

function staff(
  { random, names, samNames }: Seeding,
  { number, department, title }: Place,
): Properties {
  const givenName = random.pick(GIVEN_NAMES);
  const surname = random.pick(SURNAMES).replace('-', ' ');
  const alias = names.take(`${plainName(givenName)}.${plainName(surname)}`);
  const office = random.pick(OFFICES);
  const domain = department.name === 'Logistics' ? SECOND_DOMAIN : DEFAULT_DOMAIN;
  const created = FIRST_DAY + Math.floor(random.next() * 3200) * DAY;
  return {
    ...identity({ alias, domain, displayName: `${givenName} ${surname}`, created }),
    givenName,
    surname,
    accountEnabled: !random.chance(DISABLED_SHARE),
    userType: 'Member',
    jobTitle: title,
    department: department.name,
    companyName: COMPANY,
    employeeId: `H${String(100000 + number)}`,
    employeeType: random.chance(0.9) ? 'Employee' : 'Contractor',
    employeeHireDate: graphMidnight(created),
    officeLocation: office.name,
    city: office.city,
    ...(office.state !== undefined && { state: office.state }),
    country: office.country,
    usageLocation: office.usageLocation,
    streetAddress: office.street,
    postalCode: office.postalCode,
    preferredLanguage: office.language,
    businessPhones: random.chance(0.7) ? [phone(office.phonePrefix, random)] : [],
    ...(random.chance(0.5) && { mobilePhone: phone(office.phonePrefix, random) }),
    ...(random.chance(NO_MAIL_SHARE) ? {} : mailOf(alias, domain, surname)),
    ...(random.chance(SYNCED_SHARE) && {
      onPremisesSamAccountName: samNames.take(samAccountName(alias)),
      ...onPremises(`${givenName} ${surname}`, alias, random),
    }),
  };
}

function phone(prefix: string, random: Random): string {
  return `${prefix} ${String(1000 + random.below(9000))}`;
}

interface Account {
  readonly alias: string;
  readonly domain: string;
  readonly displayName: string;
  readonly created: number;
}

function identity({ alias, domain, displayName, created }: Account): Record<string, Json> {
  const userPrincipalName = `${alias}@${domain}`;
  return {
    userPrincipalName,
    displayName,
    mailNickname: alias,
    createdDateTime: graphMidnight(created),
  };
}

function mailOf(alias: string, domain: string, surname: string): Record<string, Json> {
  // An apostrophe is allowed in mail addresses, so those who have one in their name keep it.
  const mail = surname.includes("'")
    ? `${withApostrophe(alias, surname)}@${domain}`
    : `${alias}@${domain}`;
  return { mail, proxyAddresses: [`SMTP:${mail}`, `smtp:${alias}@${INITIAL_DOMAIN}`] };
}

function withApostrophe(alias: string, surname: string): string {
  const place = alias.indexOf('.') + 1 + surname.indexOf("'");
  return `${alias.slice(0, place)}'${alias.slice(place)}`;
}

function onPremises(name: string, alias: string, random: Random): Record<string, Json> {
  return {
    onPremisesSyncEnabled: true,
    onPremisesDomainName: 'corp.haldenworks.example',
    onPremisesUserPrincipalName: `${alias}@corp.haldenworks.example`,
    onPremisesDistinguishedName: `CN=${name},OU=Staff,DC=corp,DC=haldenworks,DC=example`,
    onPremisesImmutableId: Buffer.from(random.guid().slice(0, 16)).toString('base64'),
    onPremisesSecurityIdentifier: `S-1-5-21-1004336348-1177238915-682003330-${String(1000 + random.below(900000))}`,
    onPremisesLastSyncDateTime: graphMidnight(FIRST_DAY + 3210 * DAY),
  };
}

/** At most 20 characters, with room for a number. */
function samAccountName(alias: string): string {
  const [givenName = '', surname = ''] = alias.split('.');
  return `${givenName.slice(0, 3)}.${surname}`.slice(0, 16);
}

/** A guest's sign-in name is its own address in one word (Graph docs: user resource type). */
function guest({ random, names }: Seeding): Properties {
  const givenName = random.pick(GIVEN_NAMES);
  const surname = random.pick(SURNAMES).replace('-', ' ');
  const partner = random.pick(PARTNERS);
  const alias = names.take(`${plainName(givenName)}${plainName(surname)}`);
  const mail = `${alias}@${partner}`;
  const created = FIRST_DAY + Math.floor(random.next() * 3200) * DAY;
  const account = { alias: `${alias}_${partner}#EXT#`, domain: INITIAL_DOMAIN, created };
  return {
    ...identity({
      ...account,
      displayName: `${givenName} ${surname} (${partner.split('.')[0] ?? ''})`,
    }),
    accountEnabled: true,
    userType: 'Guest',
    creationType: 'Invitation',
    externalUserState: random.chance(0.8) ? 'Accepted' : 'PendingAcceptance',
    mail,
    otherMails: [mail],
    proxyAddresses: [`SMTP:${mail}`],
    businessPhones: [],
  };
}
