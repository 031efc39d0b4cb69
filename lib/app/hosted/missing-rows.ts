import type { Unit } from './commit-units.ts';
import type { Shard } from './shard.ts';

/**
 * Units without the deletions of rows that are not there, or are another entry's. An entry's claims
 * and look-ups come and go with it, so none should be missing; but one that is, because an older
 * version counted otherwise, must not keep the entry from being written for good.
 */
export async function withoutMissing<U extends Unit & { readonly id: string }>(
  { directory, partitionKey }: Shard,
  units: readonly U[],
): Promise<readonly U[]> {
  const keys = units.flatMap(deletionsOf);
  if (keys.length === 0) return units;
  const rows = await directory.getMany(partitionKey, keys, ['id']);
  return units.map((unit) => ({
    ...unit,
    operations: unit.operations.filter(
      ({ op, row }) => op !== 'delete' || rows.get(row.rowKey)?.id === unit.id,
    ),
  }));
}

function deletionsOf({ operations }: Unit): readonly string[] {
  return operations.filter(({ op }) => op === 'delete').map(({ row }) => row.rowKey);
}
