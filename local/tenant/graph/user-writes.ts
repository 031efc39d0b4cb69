import { graphTime } from '../clock.ts';
import { nameWhenDeleted } from '../directory/deleted-name.ts';
import { type DirectoryObject, isLive, type Json } from '../directory/directory-object.ts';
import { VERIFIED_DOMAINS } from '../seed/organisation.ts';
import { bodyRecord, checkNotSynced, checkValues } from './check-values.ts';
import { checkExtensionAttributes, withWholeAttributes } from './extension-attributes.ts';
import { created, type GraphAnswer, type GraphCall, noContent, type Params } from './graph-call.ts';
import { accessDenied, badRequest, notFound, objectConflict } from './graph-error.ts';
import {
  DELETE_USERS,
  holdsAny,
  READ_USERS,
  WRITE_USER_PROPERTY,
  WRITE_USERS,
} from './permissions.ts';
import { present } from './present.ts';
import { referencedId } from './reference.ts';
import type { Route } from './route.ts';
import type { TenantWorld } from './tenant-world.ts';
import { findUser } from './user-reads.ts';

const REQUIRED = ['accountEnabled', 'displayName', 'mailNickname', 'userPrincipalName'];

/** Kept outside the directory, and closed to applications (Graph docs: update user). */
const CLOSED_TO_APPLICATIONS = new Set(
  'aboutMe birthday employeeHireDate interests mySite pastProjects responsibilities schools skills'.split(
    ' ',
  ),
);

/** Stay writable for users that are synced from on-premises. */
const WRITABLE_WHEN_SYNCED = new Set(['usageLocation', 'passwordProfile']);

const NAME = /^[A-Za-z0-9'.\-_!#^~]+$/;

/** Creating, changing and deleting users. */
export function userWriteRoutes(world: TenantWorld): readonly Route[] {
  const write = { roles: WRITE_USERS };
  const narrow = [...WRITE_USERS, ...Object.values(WRITE_USER_PROPERTY)];
  return [
    { ...write, method: 'POST', pattern: 'users', handle: (call) => postUser(world, call) },
    {
      method: 'PATCH',
      pattern: 'users/{id}',
      roles: narrow,
      handle: (call, params) => patchUser(world, call, params),
    },
    {
      method: 'DELETE',
      pattern: 'users/{id}',
      roles: DELETE_USERS,
      handle: (_call, params) => deleteUser(world, params),
    },
    {
      ...write,
      method: 'PUT',
      pattern: 'users/{id}/manager/$ref',
      handle: (call, params) => putManager(world, call, params),
    },
    {
      ...write,
      method: 'DELETE',
      pattern: 'users/{id}/manager/$ref',
      handle: (_call, params) => dropManager(world, params),
    },
  ];
}

function postUser(world: TenantWorld, call: GraphCall): GraphAnswer {
  const { passwordProfile, ...values } = bodyRecord(call.body);
  for (const name of REQUIRED) {
    if (values[name] === undefined) throw missing(name);
  }
  if (passwordOf(passwordProfile) === undefined) throw missing('passwordProfile');
  checkUserValues(world, values);
  const user = world.directory.create('user', {
    userType: 'Member',
    businessPhones: [],
    createdDateTime: graphTime(world.clock.now()),
    ...withWholeAttributes(values),
    ...addressesOf(values.mail),
  });
  // The answer has the default properties only, whatever was set (Graph docs: create user).
  const context = `${call.origin}/v1.0/$metadata#users/$entity`;
  return created({ '@odata.context': context, ...present(user, user.state, undefined) });
}

const missing = (name: string) =>
  badRequest(`A value is required for property '${name}' of resource 'User'.`);

function passwordOf(profile: Json | undefined): Json | undefined {
  if (typeof profile !== 'object' || profile === null || !('password' in profile)) return undefined;
  return profile.password;
}

function patchUser(world: TenantWorld, call: GraphCall, params: Params): GraphAnswer {
  const { object } = findUser(world, params.id ?? '');
  const { passwordProfile, ...values } = bodyRecord(call.body);
  const names = Object.keys({
    ...values,
    ...(passwordProfile !== undefined && { passwordProfile }),
  });
  if (names.some((name) => CLOSED_TO_APPLICATIONS.has(name))) throw accessDenied();
  checkMayWrite(call, names);
  if (names.some((name) => !WRITABLE_WHEN_SYNCED.has(name))) checkNotSynced(object);
  checkUserValues(world, values, object);
  world.directory.update(object, {
    ...withWholeAttributes(values, object),
    ...addressesOf(values.mail),
  });
  return noContent;
}

/** Some properties have permissions of their own, which do not open the rest. */
function checkMayWrite({ caller }: GraphCall, names: readonly string[]): void {
  if (holdsAny(caller, WRITE_USERS)) return;
  const isOpen = names.every((name) => caller.roles.has(WRITE_USER_PROPERTY[name] ?? ''));
  if (!isOpen || !holdsAny(caller, READ_USERS)) throw accessDenied();
}

function checkUserValues(
  world: TenantWorld,
  values: Readonly<Record<string, Json>>,
  owner?: DirectoryObject,
): void {
  checkValues('user', values);
  checkExtensionAttributes(values);
  const { businessPhones, userPrincipalName } = values;
  if (Array.isArray(businessPhones) && businessPhones.length > 1) {
    throw badRequest("Invalid value specified for property 'businessPhones' of resource 'User'.");
  }
  if (typeof userPrincipalName === 'string') checkUserName(world, userPrincipalName, owner);
}

/** No accents, a verified domain, and nobody else's. Throws GraphError 400. */
export function checkUserName(world: TenantWorld, name: string, owner?: DirectoryObject): void {
  const at = name.lastIndexOf('@');
  const domain = name.slice(at + 1).toLowerCase();
  if (!VERIFIED_DOMAINS.includes(domain)) {
    throw badRequest(
      'The domain portion of the userPrincipalName property is invalid. You must use one of the verified domain names in your organization.',
    );
  }
  if (!NAME.test(name.slice(0, at))) throw badRequest('Property userPrincipalName is invalid.');
  const others = world.directory.find('user', 'userPrincipalName', name);
  if (others.some((other) => other !== owner)) throw objectConflict('userPrincipalName');
}

/** Setting `mail` also makes it the primary address (Graph docs: update user). */
function addressesOf(mail: Json | undefined): Readonly<Record<string, Json>> {
  return typeof mail === 'string' ? { proxyAddresses: [`SMTP:${mail}`] } : {};
}

function deleteUser(world: TenantWorld, params: Params): GraphAnswer {
  const { object } = findUser(world, params.id ?? '');
  removeUser(world, object);
  return noContent;
}

/** Moves a user to the deleted items. Throws GraphError 400 where it is synced. */
export function removeUser(world: TenantWorld, user: DirectoryObject): void {
  checkNotSynced(user);
  if (isLive(user.state)) world.directory.softDelete(user, nameWhenDeleted(user));
}

function putManager(world: TenantWorld, call: GraphCall, params: Params): GraphAnswer {
  const { object } = findUser(world, params.id ?? '');
  checkNotSynced(object);
  const manager = findUser(world, referencedId(call.body)).object;
  world.directory.setManager(object, manager);
  return noContent;
}

function dropManager(world: TenantWorld, params: Params): GraphAnswer {
  const { object } = findUser(world, params.id ?? '');
  checkNotSynced(object);
  if (object.state.managerId === undefined) throw notFound('manager');
  world.directory.setManager(object, undefined);
  return noContent;
}
