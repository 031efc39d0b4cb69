import type { Operation } from '../../azure/tables.ts';
import { AppError } from '../../errors.ts';
import type { MemberPair } from '../../ports/application.ts';
import type { Writer } from '../../ports/resources.ts';
import { commitUnits, type Unit } from './commit-units.ts';
import { groupOfMemberKey, memberOfGroupKey } from './keys.ts';
import { memberMark } from './marks.ts';
import { type Pair, puts } from './memberships.ts';
import type { Shard } from './shard.ts';

interface MemberUnit extends Unit {
  readonly pair: Pair;
}

/** Adds memberships for a SCIM client: both rows of each and its mark, or none of them. */
export async function addMarked(
  shard: Shard,
  pairs: readonly MemberPair[],
  by: Writer,
): Promise<void> {
  const units = pairs.map((pair) => ({
    pair,
    operations: [
      ...puts(shard.partitionKey, pair),
      memberMark(shard, by, { ...pair, removed: false }),
    ],
  }));
  await commit(shard, units, async () => units);
}

/** Takes memberships away for a SCIM client; those that are gone meanwhile leave no mark. */
export async function removeMarked(
  shard: Shard,
  pairs: readonly Pair[],
  by: Writer,
): Promise<void> {
  const plan = (pair: Pair): MemberUnit => ({
    pair,
    operations: [
      ...keysOf(pair).map((rowKey): Operation => {
        return { op: 'delete', row: { partitionKey: shard.partitionKey, rowKey } };
      }),
      memberMark(shard, by, { ...pair, removed: true }),
    ],
  });
  await commit(shard, pairs.map(plan), async (units) => {
    const keys = units.flatMap(({ pair }) => keysOf(pair));
    const there = await shard.members.getMany(shard.partitionKey, keys, ['v']);
    // Both rows come and go in one transaction.
    return units.filter(({ pair }) => keysOf(pair).every((key) => there.has(key)));
  });
}

function commit(
  shard: Shard,
  units: readonly MemberUnit[],
  settle: (units: readonly MemberUnit[]) => Promise<readonly MemberUnit[]>,
): Promise<void> {
  return commitUnits(units, {
    write: async (chunk) => {
      await shard.members.write(chunk.flatMap((unit) => unit.operations));
    },
    settle,
    refuse: () => {
      throw new AppError('unavailable', 'the table refuses a membership');
    },
  });
}

function keysOf({ groupId, memberId }: Pair): readonly string[] {
  return [memberOfGroupKey(groupId, memberId), groupOfMemberKey(memberId, groupId)];
}
