import type { StoredRow, Table } from '../azure/tables.ts';
import type { Runs } from '../ports/sync-state.ts';
import { type Run, runSchema } from '../sync/run.ts';
import { storedJson } from './stored-json.ts';

/** Ended runs in the table `runs`. A run's id begins with its reverse time, so the newest is first. */
export function openRuns(table: Table): Runs {
  return {
    archive: async (connectionId, run) => {
      const row = { partitionKey: connectionId, rowKey: run.id, v: 1, data: JSON.stringify(run) };
      await table.write([{ op: 'put', row }]);
    },
    get: async (connectionId, runId) => {
      const row = await table.get(connectionId, runId);
      return row && toRun(row);
    },
    list: async (connectionId, { size, after }) => {
      // A space sorts before every character of an id: the first run behind `after`.
      const from = after === undefined ? '0' : `${after} `;
      const pages = table.range({ partitionKey: connectionId, from, to: ':', pageSize: size });
      const first = await pages.next();
      const runs = first.done ? [] : first.value.map(toRun);
      const last = runs.at(-1);
      return last && runs.length === size ? { runs, next: last.id } : { runs };
    },
  };
}

function toRun(row: StoredRow): Run {
  return runSchema.parse(storedJson(row.data));
}
