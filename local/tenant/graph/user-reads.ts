import type { DirectoryObject, ObjectState } from '../directory/directory-object.ts';
import { isLive } from '../directory/directory-object.ts';
import { type GraphAnswer, type GraphCall, listOption, ok, type Params } from './graph-call.ts';
import { notFound, unsupportedQuery } from './graph-error.ts';
import {
  answerCount,
  answerList,
  candidates,
  checkListOptions,
  filterOf,
  type Listing,
  readable,
  readableState,
} from './list.ts';
import { holdsAny, READ_GROUPS, READ_USERS, READ_USERS_BASICALLY } from './permissions.ts';
import { present, presentMember, selectedNames } from './present.ts';
import type { Route } from './route.ts';
import type { TenantWorld } from './tenant-world.ts';

/** What User.ReadBasic.All shows (Graph docs: permissions reference). */
const BASIC_PROPERTIES = ['displayName', 'givenName', 'surname', 'mail', 'userPrincipalName'];

/** Reading users, their managers and groups. */
export function userReadRoutes(world: TenantWorld): readonly Route[] {
  const read = { method: 'GET', roles: READ_USERS_BASICALLY, units: 2 };
  return [
    { ...read, pattern: 'users', handle: (call) => answerList(call, usersListing(world, call)) },
    {
      ...read,
      pattern: 'users/$count',
      handle: (call) => answerCount(call, usersListing(world, call)),
    },
    { ...read, pattern: 'users/{id}', handle: (call, params) => getUser(world, call, params) },
    {
      ...read,
      pattern: 'users/{id}/manager',
      units: 1,
      handle: (call, params) => getManager(world, call, params),
    },
    {
      ...read,
      pattern: 'users/{id}/memberOf',
      roles: [...READ_USERS, ...READ_GROUPS],
      handle: (call, params) => listMemberOf(world, call, params),
    },
  ];
}

/** A user by id or sign-in name, with the version that reads go by. Throws GraphError 404. */
export function findUser(
  world: TenantWorld,
  key: string,
): { object: DirectoryObject; state: ObjectState } {
  const byId = world.directory.get(key);
  const found =
    byId?.kind === 'user' ? byId : world.directory.find('user', 'userPrincipalName', key)[0];
  return readable(world, found, key);
}

interface UserView {
  readonly world: TenantWorld;
  readonly select: readonly string[] | undefined;
  /** `$expand=manager`, with what to select of it. */
  readonly manager: { readonly select: readonly string[] | undefined } | undefined;
}

function viewOf(world: TenantWorld, call: GraphCall): UserView {
  const select = selectedNames('user', listOption(call, '$select'));
  const isBasic = !holdsAny(call.caller, READ_USERS);
  const allowed = isBasic
    ? (select ?? BASIC_PROPERTIES).filter(
        (name) => name === 'id' || BASIC_PROPERTIES.includes(name),
      )
    : select;
  return { world, select: allowed, manager: expandedManager(call) };
}

function expandedManager(call: GraphCall): UserView['manager'] {
  const expand = call.query.get('$expand');
  if (expand === undefined) return undefined;
  const match = /^\s*manager(?:\(\$select=([^)]*)\))?\s*$/i.exec(expand);
  if (match === null) throw unsupportedQuery('Unsupported Query.');
  return { select: selectedNames('user', match[1]?.split(',')) };
}

function show(view: UserView, user: DirectoryObject, state: ObjectState): object {
  const own = present(user, state, view.select);
  if (view.manager === undefined) return own;
  const manager =
    state.managerId === undefined ? undefined : view.world.directory.get(state.managerId);
  const managerState = manager && readableState(view.world, manager);
  if (manager === undefined || !isLive(managerState)) return own;
  const shown = present(manager, managerState, view.manager.select);
  return { ...own, manager: { '@odata.type': '#microsoft.graph.user', ...shown } };
}

function usersListing(world: TenantWorld, call: GraphCall): Listing<DirectoryObject> {
  checkListOptions(call);
  const filter = filterOf(call, 'user');
  const view = viewOf(world, call);
  return {
    context: view.select === undefined ? 'users' : `users(${view.select.join(',')})`,
    entries: candidates(world, 'user', filter),
    show: (user) => {
      const state = readableState(world, user);
      if (!isLive(state) || filter?.fits(user, state) === false) return undefined;
      return show(view, user, state);
    },
  };
}

function getUser(world: TenantWorld, call: GraphCall, params: Params): GraphAnswer {
  const { object, state } = findUser(world, params.id ?? '');
  const context = `${call.origin}/v1.0/$metadata#users/$entity`;
  return ok({ '@odata.context': context, ...show(viewOf(world, call), object, state) });
}

/** The manager of the user with this id or sign-in name. Throws GraphError 404. */
export function managerOf(
  world: TenantWorld,
  key: string,
): { object: DirectoryObject; state: ObjectState } {
  const { state } = findUser(world, key);
  if (state.managerId === undefined) throw notFound('manager');
  return readable(world, world.directory.get(state.managerId), 'manager');
}

function getManager(world: TenantWorld, call: GraphCall, params: Params): GraphAnswer {
  const { object, state: shown } = managerOf(world, params.id ?? '');
  const select = selectedNames('user', listOption(call, '$select'));
  return ok({
    '@odata.context': `${call.origin}/v1.0/$metadata#directoryObjects/$entity`,
    '@odata.type': '#microsoft.graph.user',
    ...present(object, shown, select),
  });
}

function listMemberOf(world: TenantWorld, call: GraphCall, params: Params): GraphAnswer {
  const { object } = findUser(world, params.id ?? '');
  const view = { caller: call.caller, select: listOption(call, '$select') };
  return answerList(call, {
    context: 'directoryObjects',
    entries: [...object.memberOf],
    show: (group) => {
      const state = readableState(world, group);
      return isLive(state) ? presentMember(group, state, view) : undefined;
    },
  });
}
