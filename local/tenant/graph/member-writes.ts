import type { DirectoryObject } from '../directory/directory-object.ts';
import { type GraphAnswer, type GraphCall, noContent, type Params } from './graph-call.ts';
import { accessDenied, notFound } from './graph-error.ts';
import { checkMembersWritable } from './group-kind.ts';
import { findGroup } from './group-reads.ts';
import { removeGroup } from './group-writes.ts';
import { joinAll, membersToJoin, tooNew } from './joining.ts';
import { readableState } from './list.ts';
import { DELETE_USERS, holdsAny, WRITE_GROUPS, WRITE_MEMBERS } from './permissions.ts';
import { referencedId } from './reference.ts';
import type { Route } from './route.ts';
import type { TenantWorld } from './tenant-world.ts';
import { removeUser } from './user-writes.ts';

/** Writing the members of groups one by one. */
export function memberWriteRoutes(world: TenantWorld): readonly Route[] {
  const write = { roles: WRITE_MEMBERS };
  return [
    {
      ...write,
      method: 'POST',
      pattern: 'groups/{id}/members/$ref',
      handle: (call, params) => postMember(world, call, params),
    },
    {
      ...write,
      method: 'DELETE',
      pattern: 'groups/{id}/members/{member}/$ref',
      handle: (_call, params) => dropMember(world, params),
    },
    {
      ...write,
      method: 'DELETE',
      pattern: 'groups/{id}/members/{member}',
      handle: (call, params) => deleteMemberItself(world, call, params),
    },
  ];
}

function groupToWrite(world: TenantWorld, id: string): DirectoryObject {
  const group = world.directory.get(id);
  const isTooNew = group !== undefined && readableState(world, group) === undefined;
  if (isTooNew) throw tooNew();
  const { object } = findGroup(world, id);
  checkMembersWritable(object);
  return object;
}

function postMember(world: TenantWorld, call: GraphCall, params: Params): GraphAnswer {
  const group = groupToWrite(world, params.id ?? '');
  joinAll(world, group, membersToJoin(world, [referencedId(call.body)]));
  return noContent;
}

function memberOf(world: TenantWorld, group: DirectoryObject, id: string): DirectoryObject {
  const member = world.directory.get(id);
  if (member === undefined || !world.directory.isMember(group, member)) throw notFound(id);
  return member;
}

function dropMember(world: TenantWorld, params: Params): GraphAnswer {
  const group = groupToWrite(world, params.id ?? '');
  world.directory.removeMember(group, memberOf(world, group, params.member ?? ''));
  return noContent;
}

/**
 * Without `/$ref` the request means the member itself, and deletes it where the caller may
 * (Graph docs: remove member).
 */
function deleteMemberItself(world: TenantWorld, call: GraphCall, params: Params): GraphAnswer {
  const { object: group } = findGroup(world, params.id ?? '');
  const member = memberOf(world, group, params.member ?? '');
  const roles = member.kind === 'user' ? DELETE_USERS : WRITE_GROUPS;
  if (member.kind === 'device' || !holdsAny(call.caller, roles)) throw accessDenied();
  if (member.kind === 'user') removeUser(world, member);
  else removeGroup(world, member);
  return noContent;
}
