import { type DirectoryObject, isLive } from '../directory/directory-object.ts';
import { badRequest, type GraphError, notFound } from './graph-error.ts';
import { checkCanJoin } from './group-kind.ts';
import { readableState } from './list.ts';
import type { TenantWorld } from './tenant-world.ts';

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

/** Adds all of them or none. Throws GraphError 400. */
export function joinAll(
  world: TenantWorld,
  group: DirectoryObject,
  members: readonly DirectoryObject[],
): void {
  for (const member of members) {
    checkCanJoin(group, member);
    if (world.directory.isMember(group, member)) {
      throw badRequest(
        "One or more added object references already exist for the following modified properties: 'members'.",
      );
    }
  }
  for (const member of members) world.directory.addMember(group, member);
}
