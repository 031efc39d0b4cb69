import type { Operation } from '../../azure/tables.ts';
import type { Writer } from '../../ports/resources.ts';
import { flatten } from '../../scim/flat/flatten.ts';
import type { Resource } from '../../scim/schema/resource-schema.ts';
import type { Kind } from '../../sync/entry.ts';
import { entryMarkKey, memberMarkKey } from './keys.ts';
import type { Shard } from './shard.ts';

/** The entry that a mark is for, as it is when the write is done. */
interface Marked {
  readonly kind: Kind;
  readonly id: string;
  readonly externalId?: string;
  readonly resource: Resource;
}

/** What is written with a change of an entry, so that the sync finds it (docs/architecture.md). */
export function entryMark(shard: Shard, by: Writer, entry: Marked, removed: boolean): Operation {
  const { kind, id, externalId } = entry;
  return {
    op: 'put',
    row: {
      partitionKey: shard.partitionKey,
      rowKey: entryMarkKey(by, kind, id),
      v: 1,
      removed,
      externalId: removed ? externalId : undefined,
      objectId: objectIdOf(shard, entry),
      at: timeOf(shard),
    },
  };
}

function objectIdOf({ objectId }: Shard, { externalId, resource }: Marked): string | undefined {
  const value = objectId === 'externalId' ? externalId : flatten(resource)[objectId];
  return typeof value === 'string' ? value : undefined;
}

/** What is written with a change of a membership. */
export function memberMark(
  shard: Shard,
  by: Writer,
  pair: { readonly groupId: string; readonly memberId: string; readonly removed: boolean },
): Operation {
  const { partitionKey } = shard;
  const rowKey = memberMarkKey(by, pair.groupId, pair.memberId);
  return {
    op: 'put',
    row: { partitionKey, rowKey, v: 1, removed: pair.removed, at: timeOf(shard) },
  };
}

function timeOf({ clock }: Shard): string {
  return new Date(clock.now()).toISOString();
}
