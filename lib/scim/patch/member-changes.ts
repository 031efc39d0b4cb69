import type { MemberChange } from '../../ports/resources.ts';
import { idsOf } from '../filter/equalities.ts';
import { readMembers } from '../resource/read-members.ts';
import { ScimError } from '../scim-error.ts';
import { isAboutMembers, type PatchOperation } from './patch-operation.ts';

/**
 * How the operations change a group's members, in their order; neighbours of one kind are one change.
 * None of it needs the members that are there. To remove who is no member is a success, so that a
 * request can be repeated.
 *
 * | operation | change |
 * | --- | --- |
 * | add, a list or one | add these |
 * | replace, a list or one; null or [] | replace by these; by none |
 * | remove with a value | remove these and no others (Entra: `[{"$ref":null,"value":id}]`) |
 * | remove `members[value eq "x" or value eq "y"]` | remove these |
 * | remove without a value | replace by none |
 *
 * @throws ScimError 400 `invalidValue`, `invalidPath` for another filter, `mutability` for a
 *   membership that is to become another one
 */
export function memberChanges(operations: readonly PatchOperation[]): readonly MemberChange[] {
  const changes: { op: MemberChange['op']; ids: string[] }[] = [];
  for (const operation of operations.filter(isAboutMembers)) {
    const { op, ids } = changeOf(operation);
    const last = changes.at(-1);
    if (op !== 'replace' && last?.op === op) for (const id of ids) last.ids.push(id);
    else if (op === 'replace' || ids.length > 0) changes.push({ op, ids: [...ids] });
  }
  return changes;
}

function changeOf({ op, path, value = null }: PatchOperation): MemberChange {
  if (path.filter === undefined) {
    if (op === 'remove' && value === null) return { op: 'replace', ids: [] };
    return { op, ids: readMembers(value).map((member) => member.value) };
  }
  if (op !== 'remove')
    throw new ScimError(400, 'mutability', 'a membership cannot become another one');
  const ids = idsOf(path.filter);
  if (!ids) throw new ScimError(400, 'invalidPath', 'members are chosen by value eq an id');
  return { op, ids };
}
