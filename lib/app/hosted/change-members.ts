import type { Row } from '../../azure/tables.ts';
import { hasCode } from '../../errors.ts';
import type { MemberPair } from '../../ports/application.ts';
import type { MemberChange, Writer } from '../../ports/resources.ts';
import type { Kind } from '../../sync/entry.ts';
import { foldMembers, type MemberGoal } from './fold-members.ts';
import { entryKey, idOfKey, isEntryId } from './keys.ts';
import { removeMembershipsOf } from './memberships.ts';
import { readEntries } from './read-entries.ts';
import { membersAmong, membersOf } from './read-members.ts';
import type { Shard } from './shard.ts';
import type { StoredEntry } from './stored-entry.ts';
import { addMarked, removeMarked } from './write-members.ts';

/**
 * Changes a group's members for a SCIM client, row by row, so that two that do it at once lose none.
 * What broke off is finished by repeating it, because what is done already is left alone; only the
 * group's version may then be that of before, since nothing is left that would change it.
 *
 * A group or a member may be removed meanwhile. Its removal first marks its row and sweeps its
 * memberships after that. So all ends are read once more when the rows are written: an end that still
 * stands is swept later, rows included; for one that does not, the rows are taken back here. Only a
 * crash between the two leaves rows of an end that is gone, whose id no entry ever gets again: they
 * go with the other end.
 *
 * @returns the group as it is then; undefined where it is gone
 */
export async function changeMembers(
  shard: Shard,
  groupId: string,
  changes: readonly MemberChange[],
  by: Writer,
): Promise<StoredEntry | undefined> {
  if (!isEntryId(groupId)) return undefined;
  const goal = foldMembers(changes);
  const { present, removed } = await takeAway(shard, { groupId, by }, goal);
  const missing = [...goal.wanted].flatMap(([id, isWanted]) =>
    isWanted && !present.has(id) ? [id] : [],
  );
  const added = await pairsOf(shard, groupId, missing);
  await addMarked(shard, added, by);
  if (removed + added.length > 0) await touch(shard, groupId);
  return stillThere(shard, { groupId, by }, added);
}

/** Which group, and who asks. */
interface Asked {
  readonly groupId: string;
  readonly by: Writer;
}

/** @returns who of the wanted is a member, and how many are none any more */
async function takeAway(shard: Shard, { groupId, by }: Asked, { isWhole, wanted }: MemberGoal) {
  const leave = async (ids: readonly string[]) => {
    const leaving = ids.filter((id) => wanted.get(id) !== true);
    await removeMarked(
      shard,
      leaving.map((memberId) => ({ groupId, memberId })),
      by,
    );
    return leaving.length;
  };
  if (!isWhole) {
    const present = await membersAmong(shard, groupId, [...wanted.keys()]);
    return { present, removed: await leave([...present]) };
  }
  const present = new Set<string>();
  let removed = 0;
  for await (const page of membersOf(shard, groupId)) {
    const ids = page.map(({ id }) => id);
    for (const id of ids) if (wanted.has(id)) present.add(id);
    removed += await leave(ids);
  }
  return { present, removed };
}

/** The memberships of those who are entries: what they are is kept beside them. */
async function pairsOf(
  shard: Shard,
  groupId: string,
  ids: readonly string[],
): Promise<readonly MemberPair[]> {
  const users = await standing(shard, 'user', ids);
  const others = ids.filter((id) => !users.has(id));
  const groups = await standing(shard, 'group', others);
  return ids.flatMap((memberId): MemberPair[] => {
    if (users.has(memberId)) return [{ groupId, memberId, memberKind: 'user' }];
    return groups.has(memberId) ? [{ groupId, memberId, memberKind: 'group' }] : [];
  });
}

/** Those that are there, and whose removal has not begun. */
async function standing(
  { directory, partitionKey }: Shard,
  kind: Kind,
  ids: readonly string[],
): Promise<ReadonlySet<string>> {
  const keys = ids.map((id) => entryKey(kind, id));
  const rows = await directory.getMany(partitionKey, keys, ['removed']);
  return new Set([...rows.values()].filter((row) => row.removed !== true).map(idOf));
}

/** Gives the group a new version, whatever it is at; one that is gone stays so. */
async function touch({ directory, partitionKey, clock }: Shard, groupId: string): Promise<void> {
  const lastModified = new Date(clock.now()).toISOString();
  const row = { partitionKey, rowKey: entryKey('group', groupId), lastModified };
  try {
    await directory.write([{ op: 'merge', row, etag: '*' }]);
  } catch (error) {
    if (!hasCode(error, 'not-found')) throw error;
  }
}

/** The group; memberships of what was removed meanwhile are taken back. */
async function stillThere(
  shard: Shard,
  { groupId, by }: Asked,
  added: readonly MemberPair[],
): Promise<StoredEntry | undefined> {
  const of = (kind: Kind) => added.filter((pair) => pair.memberKind === kind);
  const there = (kind: Kind) =>
    standing(
      shard,
      kind,
      of(kind).map(({ memberId }) => memberId),
    );
  const [found, users, groups] = await Promise.all([
    readEntries(shard, 'group', [groupId]),
    there('user'),
    there('group'),
  ]);
  const group = found.get(groupId);
  if (!group && added.length > 0) await removeMembershipsOf(shard, 'group', [groupId]);
  if (!group) return undefined;
  const gone = added.filter(({ memberId }) => !users.has(memberId) && !groups.has(memberId));
  await removeMarked(shard, gone, by);
  return group;
}

function idOf({ rowKey }: Row): string {
  return idOfKey(rowKey);
}
