import { type Table, type Tables, TRANSACTION_LIMIT } from '../azure/tables.ts';
import { hasCode } from '../errors.ts';
import type { Purge } from '../ports/connections.ts';
import { LANES } from '../sync/lanes.ts';
import { after, LANE_ROW, lanePartition } from './keys.ts';

/**
 * Removes what is stored of a connection; what is gone already is no obstacle. The application's
 * directory is not ours to throw away: what becomes of its entries was chosen before.
 */
export function openPurge(tables: Tables): Purge {
  const partitions = (connectionId: string): [string, string][] => [
    ...Array.from({ length: LANES }, (_, lane): [string, string] => [
      'links',
      lanePartition(connectionId, lane),
    ]),
    ['runs', connectionId],
    ['rejected', connectionId],
    // Last: as long as it is there, the connection counts as not yet purged.
    ['checkpoints', connectionId],
  ];
  return {
    purge: async (connectionId, isOver) => {
      // First of all: without its row no worker that is still at it can write into a lane.
      for (let lane = 0; lane < LANES; lane += 1)
        await removeRow(tables.table('links'), lanePartition(connectionId, lane), LANE_ROW);
      for (const [name, partition] of partitions(connectionId)) {
        while (await emptySome(tables.table(name), partition)) if (isOver()) return false;
      }
      return true;
    },
  };
}

async function removeRow(table: Table, partitionKey: string, rowKey: string): Promise<void> {
  try {
    await table.write([{ op: 'delete', row: { partitionKey, rowKey } }]);
  } catch (error) {
    if (!hasCode(error, 'not-found')) throw error;
  }
}

/** Removes the first page of a partition. @returns whether there was one */
async function emptySome(table: Table, partitionKey: string): Promise<boolean> {
  const bounds = { partitionKey, from: ' ', to: after('~'), select: ['v'] };
  const first = await table.range(bounds).next();
  const rows = first.done ? [] : first.value;
  for (let at = 0; at < rows.length; at += TRANSACTION_LIMIT) {
    const some = rows.slice(at, at + TRANSACTION_LIMIT);
    await table.write(some.map(({ rowKey }) => ({ op: 'delete', row: { partitionKey, rowKey } })));
  }
  return rows.length > 0;
}
