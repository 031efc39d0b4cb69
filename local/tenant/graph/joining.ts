import { type DirectoryObject, isLive, type Properties } from '../directory/directory-object.ts';
import { badRequest, type GraphError, notFound } from './graph-error.ts';
import { checkCanJoin } from './group-kind.ts';
import { findGroup } from './group-reads.ts';
import { readableState } from './list.ts';
import type { TenantWorld } from './tenant-world.ts';

/** The group that somebody is to join or leave. Throws GraphError 404, or 400 where it is too new. */
export function groupToJoin(world: TenantWorld, id: string): DirectoryObject {
  const group = world.directory.get(id);
  if (group !== undefined && readableState(world, group) === undefined) throw tooNew();
  return findGroup(world, id).object;
}

/** The objects with these ids. Throws GraphError 404, or 400 where one is too new. */
export function membersToJoin(world: TenantWorld, ids: readonly string[]): DirectoryObject[] {
  return ids.map((id) => {
    const member = world.directory.get(id);
    if (member === undefined || !isLive(member.state)) throw notFound(id);
    if (readableState(world, member) === undefined) throw tooNew();
    return member;
  });
}

/** An object that was just created can be unknown where the link is made (Graph docs: update group). */
export const tooNew = (): GraphError =>
  badRequest("The source resource object or one of the objects being referenced don't exist.");

/** Throws GraphError 400 where one of them cannot be a member, or is named twice. */
export function checkJoining(group: Properties, members: readonly DirectoryObject[]): void {
  for (const member of members) checkCanJoin(group, member);
  if (new Set(members).size < members.length) throw alreadyThere();
}

/** Adds all of them or none. Throws GraphError 400 where one is a member already. */
export function joinAll(
  world: TenantWorld,
  group: DirectoryObject,
  members: readonly DirectoryObject[],
): void {
  if (members.some((member) => world.directory.isMember(group, member))) throw alreadyThere();
  for (const member of members) world.directory.addMember(group, member);
}

const alreadyThere = (): GraphError =>
  badRequest(
    "One or more added object references already exist for the following modified properties: 'members'.",
  );
