import { graphTime } from '../clock.ts';
import { nameWhenDeleted } from '../directory/deleted-name.ts';
import { type DirectoryObject, isLive } from '../directory/directory-object.ts';
import { checkMaySet, checkMayTouch, isTrusted } from './administrators.ts';
import { bodyRecord, checkNotSynced } from './check-values.ts';
import {
  type Caller,
  created,
  type GraphAnswer,
  type GraphCall,
  noContent,
  type Params,
} from './graph-call.ts';
import { accessDenied, valueRequired } from './graph-error.ts';
import { checkNewPassword, checkPassword } from './passwords.ts';
import {
  DELETE_USERS,
  holdsAny,
  READ_USERS,
  WRITE_LIFE_CYCLE,
  WRITE_USER_PROPERTY,
  WRITE_USERS,
} from './permissions.ts';
import { present } from './present.ts';
import type { Route } from './route.ts';
import type { TenantWorld } from './tenant-world.ts';
import { findUser } from './user-reads.ts';
import { checkUserValues, completedUserValues } from './user-values.ts';

const REQUIRED = ['accountEnabled', 'displayName', 'mailNickname', 'userPrincipalName'];

/** Kept outside the directory, and closed to applications (Graph docs: update user). */
const CLOSED_TO_APPLICATIONS = new Set(
  'aboutMe birthday employeeHireDate interests mySite pastProjects responsibilities schools skills'.split(
    ' ',
  ),
);

/** Creating, changing and deleting users. */
export function userWriteRoutes(world: TenantWorld): readonly Route[] {
  return [
    {
      method: 'POST',
      pattern: 'users',
      roles: WRITE_USERS,
      handle: (call) => postUser(world, call),
    },
    {
      method: 'PATCH',
      pattern: 'users/{id}',
      roles: [...WRITE_USERS, ...Object.values(WRITE_USER_PROPERTY)],
      handle: (call, params) => patchUser(world, call, params),
    },
    {
      method: 'DELETE',
      pattern: 'users/{id}',
      roles: DELETE_USERS,
      handle: ({ caller }, { id = '' }) => {
        removeUser(world, caller, findUser(world, id).object);
        return noContent;
      },
    },
  ];
}

function postUser(world: TenantWorld, call: GraphCall): GraphAnswer {
  const { passwordProfile, ...values } = bodyRecord(call.body);
  for (const name of REQUIRED) {
    if (values[name] === undefined) throw valueRequired(name, 'User');
  }
  checkNewPassword(passwordProfile);
  checkLifeCycle(call.caller, Object.keys(values));
  checkUserValues(world, values);
  const now = graphTime(world.clock.now());
  const user = world.directory.create('user', {
    userType: 'Member',
    businessPhones: [],
    createdDateTime: now,
    lastPasswordChangeDateTime: now,
    ...completedUserValues(values),
  });
  // The answer has the default properties only, whatever was set (Graph docs: create user).
  const context = `${call.origin}/v1.0/$metadata#users/$entity`;
  return created({ '@odata.context': context, ...present(user, user.state, undefined) });
}

function patchUser(world: TenantWorld, call: GraphCall, params: Params): GraphAnswer {
  const { object } = findUser(world, params.id ?? '');
  const body = bodyRecord(call.body);
  const names = Object.keys(body);
  checkMayWrite(call.caller, names);
  checkMaySet(call.caller, object, names);
  const { writableWhenSynced } = world.openPoints;
  if (names.some((name) => !writableWhenSynced.includes(name))) checkNotSynced(object);
  const { passwordProfile, ...values } = body;
  if (passwordProfile !== undefined) checkPassword(passwordProfile);
  checkUserValues(world, values, object);
  world.directory.update(object, {
    ...completedUserValues(values, object),
    ...(passwordProfile !== undefined && {
      lastPasswordChangeDateTime: graphTime(world.clock.now()),
    }),
  });
  return noContent;
}

/**
 * Some properties are closed to applications, some have permissions of their own, which do not
 * open the rest, and a password takes a directory role as well. Throws GraphError 403.
 */
function checkMayWrite(caller: Caller, names: readonly string[]): void {
  if (names.some((name) => CLOSED_TO_APPLICATIONS.has(name))) throw accessDenied();
  checkLifeCycle(caller, names);
  if (names.includes('passwordProfile') && !isTrusted(caller)) throw accessDenied();
  if (holdsAny(caller, WRITE_USERS)) return;
  const isOpen = names.every((name) => caller.roles.has(WRITE_USER_PROPERTY[name] ?? ''));
  if (!isOpen || !holdsAny(caller, READ_USERS)) throw accessDenied();
}

function checkLifeCycle(caller: Caller, names: readonly string[]): void {
  const isConcerned = names.includes('employeeLeaveDateTime');
  if (isConcerned && !caller.roles.has(WRITE_LIFE_CYCLE)) throw accessDenied();
}

/**
 * Moves a user to the deleted items. Throws GraphError: 403 where it is an administrator and the
 * caller has no directory role, 400 where it is synced.
 */
export function removeUser(world: TenantWorld, caller: Caller, user: DirectoryObject): void {
  checkMayTouch(caller, user);
  checkNotSynced(user);
  if (isLive(user.state)) world.directory.softDelete(user, nameWhenDeleted(user));
}
