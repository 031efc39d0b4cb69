import type { DirectoryObject } from '../directory/directory-object.ts';
import {
  type Caller,
  type GraphAnswer,
  type GraphCall,
  noContent,
  type Params,
} from './graph-call.ts';
import { accessDenied, badRequest, notFound } from './graph-error.ts';
import { checkMembersWritable } from './group-kind.ts';
import { findGroup } from './group-reads.ts';
import { removeGroup } from './group-writes.ts';
import { checkJoining, groupToJoin, joinAll, membersToJoin } from './joining.ts';
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
      handle: (call, params) => dropMember(world, call, params),
    },
    {
      ...write,
      method: 'DELETE',
      pattern: 'groups/{id}/members/{member}',
      handle: (call, params) => deleteMemberItself(world, call, params),
    },
  ];
}

function groupToWrite(world: TenantWorld, caller: Caller, id: string): DirectoryObject {
  const group = groupToJoin(world, id);
  checkMembersWritable(world, caller, group);
  return group;
}

function postMember(world: TenantWorld, call: GraphCall, { id = '' }: Params): GraphAnswer {
  const group = groupToWrite(world, call.caller, id);
  const members = membersToJoin(world, [referencedId(call.body)]);
  checkJoining(group.state.properties, members);
  joinAll(world, group, members);
  return noContent;
}

function dropMember(world: TenantWorld, call: GraphCall, params: Params): GraphAnswer {
  const group = groupToWrite(world, call.caller, params.id ?? '');
  const id = params.member ?? '';
  const member = world.directory.get(id);
  if (member === undefined) throw notFound(id);
  if (!world.directory.removeMember(group, member)) throw notThere(world, id);
  return noContent;
}

/** Removing somebody who is no member has been seen to be refused in two ways. */
function notThere({ openPoints }: TenantWorld, id: string) {
  return openPoints.nonMemberStatus === 404
    ? notFound(id)
    : badRequest(
        "One or more removed object references do not exist for the following modified properties: 'members'.",
      );
}

/**
 * Without `/$ref` the request means the member itself, and deletes it where the caller may
 * (Graph docs: remove member).
 */
function deleteMemberItself(world: TenantWorld, call: GraphCall, params: Params): GraphAnswer {
  const { object: group } = findGroup(world, params.id ?? '');
  const id = params.member ?? '';
  const member = world.directory.get(id);
  if (member === undefined || !world.directory.isMember(group, member)) throw notFound(id);
  const roles = member.kind === 'user' ? DELETE_USERS : WRITE_GROUPS;
  if (member.kind === 'device' || !holdsAny(call.caller, roles)) throw accessDenied();
  if (member.kind === 'user') removeUser(world, call.caller, member);
  else removeGroup(world, call.caller, member);
  return noContent;
}
