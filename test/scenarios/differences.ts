import type { AppDirectory, AppEntry } from './application.ts';
import type { DumpedObject } from './tenant-controls.ts';

/** Entra property of each application attribute that is taken over as it is. */
const DIRECT: Readonly<Record<string, string>> = {
  userName: 'userPrincipalName',
  displayName: 'displayName',
  'name.givenName': 'givenName',
  'name.familyName': 'surname',
  'emails[type eq "work"].value': 'mail',
  title: 'jobTitle',
  userType: 'userType',
  preferredLanguage: 'preferredLanguage',
  'phoneNumbers[type eq "mobile"].value': 'mobilePhone',
  'addresses[type eq "work"].formatted': 'officeLocation',
  'addresses[type eq "work"].streetAddress': 'streetAddress',
  'addresses[type eq "work"].locality': 'city',
  'addresses[type eq "work"].region': 'state',
  'addresses[type eq "work"].postalCode': 'postalCode',
  'addresses[type eq "work"].country': 'country',
  'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:employeeNumber': 'employeeId',
  'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:organization': 'companyName',
  'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department': 'department',
};

/** What an application that is in step holds of the tenant, and what it holds. */
interface Sides {
  readonly live: ReadonlyMap<string, DumpedObject>;
  readonly app: AppDirectory;
}

/**
 * Compares the application with the tenant: every user with every attribute, every group, every
 * membership, every manager. Users that Entra has deleted softly may be there, inactive, with the
 * memberships and reports they had.
 * @param restorable Entra ids of soft-deleted users
 * @returns one line a difference; none when they are in step
 */
export function differences(
  dump: readonly DumpedObject[],
  app: AppDirectory,
  restorable: ReadonlySet<string>,
): string[] {
  const live = new Map(dump.map((object) => [object.id, object]));
  const sides = { live, app };
  const entries = [...live.values()].flatMap((object) => entryDifferences(object, app));
  return [
    ...entries,
    ...strangers(sides, restorable),
    ...edgeDifferences('membership', membershipsOf(dump), app.memberships, restorable),
    ...edgeDifferences('manager', managersOf(dump), managersIn(app), restorable),
  ];
}

function entryDifferences(object: DumpedObject, app: AppDirectory): string[] {
  const entry = (object.kind === 'user' ? app.users : app.groups).get(object.id);
  if (!entry) return [`${object.kind} ${object.id} is missing`];
  const wanted = object.kind === 'user' ? userAttributes(object) : groupAttributes(object);
  const names = new Set([...Object.keys(wanted), ...Object.keys(entry.attributes)]);
  const wrong = [...names].filter((name) => wanted[name] !== entry.attributes[name]);
  if (entry.active !== isEnabled(object)) wrong.push('active');
  return wrong.map((name) => `${object.kind} ${object.id} differs in ${name}`);
}

function isEnabled(object: DumpedObject): boolean {
  return object.kind === 'group' || object.accountEnabled !== false;
}

function userAttributes(user: DumpedObject): Record<string, unknown> {
  const { givenName, surname, businessPhones } = user;
  const [phone] = Array.isArray(businessPhones) ? businessPhones : [];
  const direct = Object.entries(DIRECT).map(([name, property]) => [name, user[property]]);
  return withoutEmpty({
    ...Object.fromEntries(direct),
    'name.formatted': [givenName, surname].filter(Boolean).join(' '),
    'phoneNumbers[type eq "work"].value': phone,
  });
}

function groupAttributes({ displayName }: DumpedObject): Record<string, unknown> {
  return withoutEmpty({ displayName });
}

function withoutEmpty(values: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const kept = Object.entries(values).filter(
    ([, value]) => value !== undefined && value !== null && value !== '',
  );
  return Object.fromEntries(kept);
}

/** Entries that Entra does not have, but for soft-deleted users, which are inactive. */
function strangers({ live, app }: Sides, restorable: ReadonlySet<string>): string[] {
  const isAllowed = (id: string, entry: AppEntry) =>
    live.has(id) || (entry.kind === 'user' && !entry.active && restorable.has(id));
  return [...app.users, ...app.groups]
    .filter(([id, entry]) => !isAllowed(id, entry))
    .map(([id, entry]) => `${entry.kind} ${id} is not in Entra`);
}

function membershipsOf(dump: readonly DumpedObject[]): Set<string> {
  const pairs = dump.flatMap((group) =>
    group.members
      .filter(({ kind }) => kind === 'user' || kind === 'group')
      .map(({ id }) => [group.id, id]),
  );
  return new Set(pairs.map((pair) => pair.join(' ')));
}

function managersOf(dump: readonly DumpedObject[]): Set<string> {
  return new Set(dump.flatMap(({ id, manager }) => (manager ? [`${id} ${manager}`] : [])));
}

function managersIn({ managers }: AppDirectory): Set<string> {
  return new Set([...managers].map((pair) => pair.join(' ')));
}

function edgeDifferences(
  what: string,
  wanted: ReadonlySet<string>,
  held: ReadonlySet<string>,
  restorable: ReadonlySet<string>,
): string[] {
  const missing = [...wanted].filter((edge) => !held.has(edge));
  const extra = [...held].filter(
    (edge) => !wanted.has(edge) && !edge.split(' ').some((end) => restorable.has(end)),
  );
  return [
    ...missing.map((edge) => `${what} ${edge} is missing`),
    ...extra.map((edge) => `${what} ${edge} is not in Entra`),
  ];
}
