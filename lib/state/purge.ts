import { emptyRange } from '../azure/empty-range.ts';
import type { Table, Tables } from '../azure/tables.ts';
import { hasCode } from '../errors.ts';
import type { Purge } from '../ports/connections.ts';
import { LANES } from '../sync/lanes.ts';
import {
  after,
  changesPrefix,
  LANE_ROW,
  lanePartition,
  nestPartition,
  reportsPartition,
  seatsPartition,
} from './keys.ts';

/** Rows of a table that belong to a connection: from (inclusive) to (exclusive). */
interface Rows {
  readonly table: string;
  readonly partitionKey: string;
  readonly from: string;
  readonly to: string;
}

/**
 * Removes what is stored of a connection; what is gone already is no obstacle. The application's
 * directory is not ours to throw away: what becomes of its entries was chosen before.
 * @param marksOf what lies in the application's directory, and is the sync's all the same
 */
export function openPurge(
  tables: Tables,
  marksOf: (connectionId: string) => readonly Rows[] = () => [],
): Purge {
  const whole = (table: string, partitionKey: string): Rows => {
    return { table, partitionKey, from: ' ', to: after('~') };
  };
  const all = (connectionId: string): readonly Rows[] => [
    ...Array.from({ length: LANES }, (_, lane) =>
      whole('links', lanePartition(connectionId, lane)),
    ),
    whole('links', nestPartition(connectionId)),
    whole('links', seatsPartition(connectionId)),
    whole('links', reportsPartition(connectionId)),
    whole('runs', connectionId),
    whole('rejected', connectionId),
    whole('plans', connectionId),
    whole('alerts', connectionId),
    whole('credentials', connectionId),
    whole('authorizations', connectionId),
    whole('handovers', connectionId),
    {
      table: 'connections',
      partitionKey: 'connection',
      from: changesPrefix(connectionId),
      to: after(changesPrefix(connectionId)),
    },
    ...marksOf(connectionId),
    // Last: as long as it is there, the connection counts as not yet purged.
    whole('checkpoints', connectionId),
  ];
  return {
    purge: async (connectionId, isOver) => {
      // First of all: without its row no worker that is still at it can write into a lane.
      for (let lane = 0; lane < LANES; lane += 1)
        await removeRow(tables.table('links'), lanePartition(connectionId, lane), LANE_ROW);
      for (const { table, ...range } of all(connectionId))
        if (!(await emptyRange(tables.table(table), range, isOver))) return false;
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
