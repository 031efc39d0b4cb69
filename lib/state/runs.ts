import { odata } from '@azure/data-tables';
import type { StoredRow, Table } from '../azure/tables.ts';
import type { RunFilter, Runs } from '../ports/sync-state.ts';
import { type Run, runSchema } from '../sync/run.ts';
import { reverseTime, timeOf } from './keys.ts';

/** Behind every run. */
const END = ':';

import { storedJson } from './stored-json.ts';

/** Ended runs in the table `runs`. A run's id begins with its reverse time, so the newest is first. */
export function openRuns(table: Table): Runs {
  return {
    archive: async (connectionId, run) => {
      const { id: rowKey, kind, state } = run;
      const row = { partitionKey: connectionId, rowKey, v: 1, kind, state };
      await table.write([{ op: 'put', row: { ...row, data: JSON.stringify(run) } }]);
    },
    get: async (connectionId, runId) => {
      const row = await table.get(connectionId, runId);
      return row && toRun(row);
    },
    list: async (connectionId, { size, after, which = {} }) => {
      // A space sorts before every character of an id: the first run behind `after`.
      const behind = after === undefined ? '0' : `${after} `;
      const { from, to } = boundsOf(which);
      const bounds = { from: behind > from ? behind : from, to, pageSize: size };
      const runs: Run[] = [];
      // With a filter a page may be short, or empty, and more follow.
      for await (const rows of table.range({
        partitionKey: connectionId,
        ...bounds,
        ...filterOf(which),
      })) {
        runs.push(...rows.map(toRun));
        if (runs.length >= size) break;
      }
      const some = runs.slice(0, size);
      const last = some.at(-1);
      return last && some.length === size ? { runs: some, next: last.id } : { runs: some };
    },
  };
}

/** Ids in reverse: what began at `from` or later comes before, what began before `to` behind. */
function boundsOf({ from, to }: RunFilter): { from: string; to: string } {
  return {
    from: to === undefined ? '0' : reverseTime(within(to - 1)),
    to: from === undefined || from < 1 ? END : reverseTime(within(from - 1)),
  };
}

/** Keys tell times from 1970 to 2286. */
function within(at: number): number {
  return Math.min(Math.max(at, 0), timeOf('0'.repeat(13)));
}

function filterOf({ kind, state }: RunFilter): { filter?: string } {
  const conditions = [
    ...(kind === undefined ? [] : [odata`kind eq ${kind}`]),
    ...(state === undefined ? [] : [odata`state eq ${state}`]),
  ];
  return conditions.length > 0 ? { filter: conditions.join(' and ') } : {};
}

function toRun(row: StoredRow): Run {
  return runSchema.parse(storedJson(row.data));
}
