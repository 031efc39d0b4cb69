import { deleteRows } from '../../azure/delete-rows.ts';
import type { Operation } from '../../azure/tables.ts';
import type { MemberPair } from '../../ports/application.ts';
import type { Kind } from '../../sync/entry.ts';
import { groupOfMemberKey, idOfLookup, isEntryId, memberOfGroupKey, startingWith } from './keys.ts';
import type { Shard } from './shard.ts';

/** A membership, whatever the member is. */
export type Pair = Pick<MemberPair, 'groupId' | 'memberId'>;

/** A membership is two rows, and a transaction takes 100. */
const PAIRS_A_TRANSACTION = 50;

/** Adds memberships, both rows of each in one transaction. */
export async function addMembers(shard: Shard, pairs: readonly MemberPair[]): Promise<void> {
  const wanted = distinct(pairs);
  for (let at = 0; at < wanted.length; at += PAIRS_A_TRANSACTION) {
    const chunk = wanted.slice(at, at + PAIRS_A_TRANSACTION);
    await shard.members.write(chunk.flatMap((pair) => puts(shard.partitionKey, pair)));
  }
}

/** Takes memberships away, both rows of each in one transaction. */
export async function removeMembers(shard: Shard, pairs: readonly Pair[]): Promise<void> {
  const keys = distinct(pairs).flatMap(({ groupId, memberId }) => [
    memberOfGroupKey(groupId, memberId),
    groupOfMemberKey(memberId, groupId),
  ]);
  await deleteRows(shard.members, shard.partitionKey, keys);
}

/** Takes away every membership that the entries have, as groups and as members. */
export async function removeMembershipsOf(
  shard: Shard,
  kind: Kind,
  ids: readonly string[],
): Promise<void> {
  let pairs: Pair[] = [];
  for (const id of ids)
    for await (const page of membershipsOf(shard, kind, id)) {
      pairs.push(...page);
      if (pairs.length < PAIRS_A_TRANSACTION) continue;
      await removeMembers(shard, pairs);
      pairs = [];
    }
  await removeMembers(shard, pairs);
}

async function* membershipsOf(
  { members, partitionKey }: Shard,
  kind: Kind,
  id: string,
): AsyncGenerator<readonly Pair[]> {
  const select = ['v'];
  const asMember = { partitionKey, ...startingWith(groupOfMemberKey(id, '')), select };
  for await (const page of members.range(asMember))
    yield page.map((row) => ({ groupId: idOfLookup(row.rowKey), memberId: id }));
  if (kind === 'user') return;
  const asGroup = { partitionKey, ...startingWith(memberOfGroupKey(id, '')), select };
  for await (const page of members.range(asGroup))
    yield page.map((row) => ({ groupId: id, memberId: idOfLookup(row.rowKey) }));
}

/** What writes both rows of a membership. */
export function puts(partitionKey: string, pair: MemberPair): readonly Operation[] {
  const { groupId, memberId, memberKind } = pair;
  return [memberOfGroupKey(groupId, memberId), groupOfMemberKey(memberId, groupId)].map(
    (rowKey) => ({ op: 'put', row: { partitionKey, rowKey, v: 1, kind: memberKind } }),
  );
}

/** Each pair once; an id that this directory cannot have given names no entry. */
function distinct<P extends Pair>(pairs: readonly P[]): readonly P[] {
  const valid = pairs.filter(({ groupId, memberId }) => isEntryId(groupId) && isEntryId(memberId));
  return [...new Map(valid.map((pair) => [`${pair.groupId}:${pair.memberId}`, pair])).values()];
}
