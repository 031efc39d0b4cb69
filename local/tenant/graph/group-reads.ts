import { type DirectoryObject, isLive, type ObjectState } from '../directory/directory-object.ts';
import { type GraphAnswer, type GraphCall, listOption, ok, type Params } from './graph-call.ts';
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
import { READ_GROUPS } from './permissions.ts';
import { present, selectedNames } from './present.ts';
import type { Route } from './route.ts';
import type { TenantWorld } from './tenant-world.ts';

/** Reading groups. */
export function groupReadRoutes(world: TenantWorld): readonly Route[] {
  const read = { method: 'GET', roles: READ_GROUPS };
  return [
    { ...read, pattern: 'groups', handle: (call) => answerList(call, groupsListing(world, call)) },
    {
      ...read,
      pattern: 'groups/$count',
      handle: (call) => answerCount(call, groupsListing(world, call)),
    },
    { ...read, pattern: 'groups/{id}', handle: (call, params) => getGroup(world, call, params) },
  ];
}

/** A group by id, with the version that reads go by. Throws GraphError 404. */
export function findGroup(
  world: TenantWorld,
  id: string,
): { object: DirectoryObject; state: ObjectState } {
  const found = world.directory.get(id);
  return readable(world, found?.kind === 'group' ? found : undefined, id);
}

function groupsListing(world: TenantWorld, call: GraphCall): Listing<DirectoryObject> {
  checkListOptions(call);
  const filter = filterOf(call, 'group');
  const select = selectedNames('group', listOption(call, '$select'));
  return {
    context: select === undefined ? 'groups' : `groups(${select.join(',')})`,
    entries: candidates(world, 'group', filter),
    show: (group) => {
      const state = readableState(world, group);
      if (!isLive(state) || filter?.fits(group, state) === false) return undefined;
      return present(group, state, select);
    },
  };
}

function getGroup(world: TenantWorld, call: GraphCall, params: Params): GraphAnswer {
  const { object, state } = findGroup(world, params.id ?? '');
  const select = selectedNames('group', listOption(call, '$select'));
  const context = `${call.origin}/v1.0/$metadata#groups/$entity`;
  return ok({ '@odata.context': context, ...present(object, state, select) });
}
