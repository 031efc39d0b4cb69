import type { DirectoryObject } from '../directory/directory-object.ts';
import { checkNotSynced } from './check-values.ts';
import { type GraphAnswer, type GraphCall, noContent, ok, type Params } from './graph-call.ts';
import { notFound } from './graph-error.ts';
import { tooNew } from './joining.ts';
import { readableState } from './list.ts';
import { READ_USERS, WRITE_USERS } from './permissions.ts';
import { referencedId } from './reference.ts';
import type { Route } from './route.ts';
import type { TenantWorld } from './tenant-world.ts';
import { findUser, managerOf } from './user-reads.ts';

const PATTERN = 'users/{id}/manager/$ref';

/** The reference to a user's manager. */
export function managerRoutes(world: TenantWorld): readonly Route[] {
  const write = { pattern: PATTERN, roles: WRITE_USERS };
  return [
    {
      method: 'GET',
      pattern: PATTERN,
      roles: READ_USERS,
      handle: (call, params) => showManager(world, call, params),
    },
    { ...write, method: 'PUT', handle: (call, params) => putManager(world, call, params) },
    { ...write, method: 'DELETE', handle: (_call, params) => dropManager(world, params) },
  ];
}

function showManager(world: TenantWorld, { origin }: GraphCall, { id = '' }: Params): GraphAnswer {
  const { object } = managerOf(world, id);
  return ok({
    '@odata.context': `${origin}/v1.0/$metadata#directoryObjects/$ref`,
    '@odata.id': `${origin}/v1.0/directoryObjects/${object.id}/Microsoft.DirectoryServices.User`,
  });
}

function putManager(world: TenantWorld, call: GraphCall, { id = '' }: Params): GraphAnswer {
  const user = writableUser(world, id);
  world.directory.setManager(user, newManager(world, referencedId(call.body)));
  return noContent;
}

/** Throws GraphError 404, or 400 where it is too new. */
function newManager(world: TenantWorld, key: string): DirectoryObject {
  const known = world.directory.get(key);
  if (known?.kind === 'user' && readableState(world, known) === undefined) throw tooNew();
  return findUser(world, key).object;
}

function dropManager(world: TenantWorld, { id = '' }: Params): GraphAnswer {
  const user = writableUser(world, id);
  if (user.state.managerId === undefined) throw notFound('manager');
  world.directory.setManager(user, undefined);
  return noContent;
}

function writableUser(world: TenantWorld, id: string): DirectoryObject {
  const { object } = findUser(world, id);
  checkNotSynced(object);
  return object;
}
