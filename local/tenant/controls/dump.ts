import type { Directory } from '../directory/directory.ts';
import { type DirectoryObject, isLive, type MemberLink } from '../directory/directory-object.ts';
import { shownObject } from './control.ts';

const MEMBERS_PER_LINE = 1000;

/**
 * Every live user, then every live group, one JSON object a line: users with `manager` (an id or
 * null), groups with `members` ({id, kind}). A group of many members is repeated with 1,000 of
 * them a line. Members and managers that are deleted are left out.
 */
export function* dumpLines(directory: Directory): Generator<string> {
  for (const user of directory.all('user')) {
    if (!isLive(user.state)) continue;
    const { managerId } = user.state;
    const manager = managerId === undefined ? undefined : directory.get(managerId);
    const shown = { ...shownObject(user), manager: isLive(manager?.state) ? managerId : null };
    yield `${JSON.stringify(shown)}\n`;
  }
  for (const group of directory.all('group')) {
    if (isLive(group.state)) yield* groupLines(group);
  }
}

function* groupLines(group: DirectoryObject): Generator<string> {
  const shown = shownObject(group);
  let members: { id: string; kind: string }[] = [];
  let lines = 0;
  for (const link of group.membership?.links ?? []) {
    if (!isShownMember(link)) continue;
    members.push({ id: link.member.id, kind: link.member.kind });
    if (members.length < MEMBERS_PER_LINE) continue;
    yield `${JSON.stringify({ ...shown, members })}\n`;
    members = [];
    lines += 1;
  }
  if (members.length > 0 || lines === 0) yield `${JSON.stringify({ ...shown, members })}\n`;
}

/** Present, and not soft-deleted itself. */
export function isShownMember({ present, member }: MemberLink): boolean {
  return present && isLive(member.state);
}
