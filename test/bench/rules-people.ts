import type { Properties } from '../../lib/sync/entry.ts';
import type { Roles } from '../../lib/sync/rules/standing.ts';
import { type Random, randomFrom } from '../../local/tenant/random.ts';

/** A user as rules see it: what was read of it, and which roles its groups give it. */
export interface Person {
  readonly id: string;
  readonly properties: Properties;
  readonly roles: Roles;
}

const GIVEN = ['Ada', 'Björn', 'Chloé', 'Dmitri', 'Élodie', 'Fatima', 'Grace', 'Haruki', 'Ines'];
const FAMILY = ['Andersen', "O'Brien", 'Çelik', 'Dubois', 'Eriksson', 'García López', 'Yamamoto'];
const COUNTRIES = ['NO', 'SE', 'DE', 'AT', 'FR', 'JP', 'US', 'BR'];
const DEPARTMENTS = ['Works', 'Works > Roads', 'Works > Roads > Snow', 'Finance > Payroll'];
const DOMAINS = ['contoso.example', 'eu.contoso.example', 'fabrikam.example', 'Contoso.example'];
const ENTITLEMENTS = ['reader', 'editor', 'owner'];

/** People that nobody has made by hand, always the same: nine of ten take part, some are refused. */
export function inventPeople(count: number): readonly Person[] {
  const random = randomFrom(1);
  return Array.from({ length: count }, (_, number) => inventPerson(random, number));
}

function inventPerson(random: Random, number: number): Person {
  const givenName = random.pick(GIVEN);
  const surname = random.pick(FAMILY);
  const country = random.pick(COUNTRIES);
  const account = `${givenName.slice(0, 1)}${surname}${number}`.normalize('NFD').replace(/\W/g, '');
  const address = `${account}@${random.pick(DOMAINS)}`;
  const properties = {
    userPrincipalName: address,
    accountEnabled: !random.chance(0.05),
    userType: random.chance(0.04) ? 'Guest' : 'Member',
    displayName: `${givenName} ${surname}`,
    givenName: random.chance(0.02) ? null : givenName,
    surname,
    mail: address.toLowerCase(),
    jobTitle: `Specialist ${number % 50}`,
    department: random.pick(DEPARTMENTS),
    companyName: 'Contoso',
    employeeId: String(100_000 + number),
    officeLocation: `Room ${number % 400}`,
    streetAddress: `${number % 200} High Street`,
    city: 'Springfield',
    state: null,
    postalCode: String(10_000 + (number % 90_000)),
    country,
    businessPhones: [`+47 ${55_000_000 + number}`],
    mobilePhone: random.chance(0.3) ? null : `+47 ${900_000_000 + number}`,
    onPremisesSamAccountName: account,
  };
  return { id: random.guid(), properties, roles: inventRoles(random) };
}

function inventRoles(random: Random): Roles {
  const roles = new Set<string>();
  if (!random.chance(0.03)) roles.add('scope');
  if (!random.chance(0.05)) roles.add('allow');
  if (random.chance(0.02)) roles.add('deny');
  for (const value of ENTITLEMENTS) if (random.chance(0.3)) roles.add(`entitlement:${value}`);
  return roles;
}
