import type { Row } from '../../azure/tables.ts';
import type { ResourceMember } from '../../ports/resources.ts';
import { groupOfMemberKey, idOfLookup, isEntryId, memberOfGroupKey, startingWith } from './keys.ts';
import type { Shard } from './shard.ts';

/** Pages of a group's members, in the order of their ids. */
export async function* membersOf(
  { members, partitionKey }: Shard,
  groupId: string,
  after?: string,
): AsyncGenerator<readonly ResourceMember[]> {
  if (!isEntryId(groupId)) return;
  const { from, to } = startingWith(memberOfGroupKey(groupId, ''));
  // Nothing follows a key more closely than itself and a space.
  const begin = after === undefined ? from : `${memberOfGroupKey(groupId, after)} `;
  for await (const page of members.range({ partitionKey, from: begin, to, select: ['kind'] }))
    yield page.map(toMember);
}

/** Which of these are members of the group. */
export async function membersAmong(
  { members, partitionKey }: Shard,
  groupId: string,
  ids: readonly string[],
): Promise<ReadonlySet<string>> {
  if (!isEntryId(groupId)) return new Set();
  const keys = ids.filter(isEntryId).map((id) => memberOfGroupKey(groupId, id));
  const rows = await members.getMany(partitionKey, keys, ['v']);
  return new Set([...rows.keys()].map(idOfLookup));
}

/** Pages of the groups that an entry is a direct member of. */
export async function* groupsOf(
  { members, partitionKey }: Shard,
  memberId: string,
): AsyncGenerator<readonly string[]> {
  if (!isEntryId(memberId)) return;
  const prefix = startingWith(groupOfMemberKey(memberId, ''));
  for await (const page of members.range({ partitionKey, ...prefix, select: ['v'] }))
    yield page.map(({ rowKey }) => idOfLookup(rowKey));
}

function toMember({ rowKey, kind }: Row): ResourceMember {
  return { id: idOfLookup(rowKey), kind: kind === 'group' ? 'group' : 'user' };
}
