import { z } from 'zod';
import type { DirectoryObject } from '../directory/directory-object.ts';
import {
  type ControlAnswer,
  ControlError,
  type ControlRequest,
  type ControlWorld,
  findObject,
} from './control.ts';

const bodySchema = z.union([
  z.object({ ids: z.array(z.string()) }),
  z.object({ id: z.string() }).transform(({ id }) => ({ ids: [id] })),
]);

function memberById({ world }: ControlWorld, id: string): DirectoryObject {
  const member = world.directory.get(id);
  if (member === undefined) throw new ControlError(404, `There is no object '${id}'.`);
  return member;
}

/** Adds `{id}` or `{ids}`; who is a member already stays one. */
export function addMembers(control: ControlWorld, request: ControlRequest): ControlAnswer {
  const { directory } = control.world;
  const group = findObject(directory, 'group', request.segments[1] ?? '');
  const members = bodySchema.parse(request.body).ids.map((id) => memberById(control, id));
  const added = members.filter((member) => directory.addMember(group, member));
  return { status: 200, body: { added: added.length } };
}

/** Takes one member out. */
export function dropMember(control: ControlWorld, request: ControlRequest): ControlAnswer {
  const { directory } = control.world;
  const group = findObject(directory, 'group', request.segments[1] ?? '');
  const member = memberById(control, request.segments[3] ?? '');
  if (!directory.removeMember(group, member)) {
    throw new ControlError(404, `'${member.id}' is no member.`);
  }
  return { status: 204 };
}
