import { emptyRange } from '../azure/empty-range.ts';
import type { Table, Tables } from '../azure/tables.ts';
import { hasCode } from '../errors.ts';
import type { Purge } from '../ports/connections.ts';
import { LANES } from '../sync/lanes.ts';
import { after, LANE_ROW, lanePartition, nestPartition, seatsPartition } from './keys.ts';

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
    ['links', nestPartition(connectionId)],
    ['links', seatsPartition(connectionId)],
    ['runs', connectionId],
    ['rejected', connectionId],
    ['plans', connectionId],
    ['credentials', connectionId],
    // Last: as long as it is there, the connection counts as not yet purged.
    ['checkpoints', connectionId],
  ];
  return {
    purge: async (connectionId, isOver) => {
      // First of all: without its row no worker that is still at it can write into a lane.
      for (let lane = 0; lane < LANES; lane += 1)
        await removeRow(tables.table('links'), lanePartition(connectionId, lane), LANE_ROW);
      for (const [name, partition] of partitions(connectionId)) {
        const whole = { partitionKey: partition, from: ' ', to: after('~') };
        if (!(await emptyRange(tables.table(name), whole, isOver))) return false;
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
