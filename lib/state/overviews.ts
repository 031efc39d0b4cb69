import type { Row, StoredRow } from '../azure/tables.ts';
import type { Checkpoint, LaneCounts, Overview } from '../ports/sync-state.ts';
import { countOf, type LaneCount, laneCountSchema } from '../sync/lane-count.ts';
import { LANES } from '../sync/lanes.ts';
import { storedJson } from './stored-json.ts';

/** What the lanes of a connection have counted: after the rows that every step reads. */
export const COUNTS_ROW = '~counts';

const column = (lane: number) => `c${String(lane).padStart(2, '0')}`;

/** Each lane writes columns of its own. */
export function countsRow(connectionId: string, counts: LaneCounts): Row {
  const columns = [...counts].map(([lane, count]) => [column(lane), JSON.stringify(count)]);
  return { partitionKey: connectionId, rowKey: COUNTS_ROW, v: 1, ...Object.fromEntries(columns) };
}

/** Rows of checkpoints and of counts, put together by their connections. */
export function toOverviews(
  rows: readonly StoredRow[],
  toCheckpoint: (row: StoredRow) => Checkpoint,
): Overview[] {
  const counts = new Map<string, readonly LaneCount[]>();
  const rounds = new Map<string, string | null>();
  for (const row of rows)
    if (row.rowKey === COUNTS_ROW) counts.set(row.partitionKey, countsIn(row));
    else rounds.set(row.partitionKey, toCheckpoint(row).lastRoundAt);
  return [...new Set([...counts.keys(), ...rounds.keys()])].map((connectionId) => ({
    connectionId,
    lastRoundAt: rounds.get(connectionId) ?? null,
    count: countOf(counts.get(connectionId) ?? []),
  }));
}

function countsIn(row: StoredRow): LaneCount[] {
  return Array.from({ length: LANES }, (_, lane) => row[column(lane)])
    .filter((value) => value !== undefined)
    .map((value) => laneCountSchema.parse(storedJson(value)));
}
