import { openTables } from '../../lib/azure/tables.ts';
import type { Sealer } from '../../lib/ports/platform.ts';
import { openCheckpoints } from '../../lib/state/checkpoints.ts';
import { openLanes } from '../../lib/state/lanes.ts';
import { openRuns } from '../../lib/state/runs.ts';
import { addCounters, type Counters } from '../../lib/sync/counters.ts';
import { isEnded, type Run } from '../../lib/sync/run.ts';

/** The last run of a connection as it stands now, and what its lanes have counted in it. */
export interface RunNow {
  readonly run: Run | null;
  readonly lastError: { readonly code: string; readonly message: string } | null;
}

/** A connection's sync state, read without the app. */
export interface SyncStateReader {
  readonly now: () => Promise<RunNow>;
  readonly endedRun: (runId: string) => Promise<Run | undefined>;
  readonly countersOf: (runId: string) => Promise<Counters>;
  /** How many objects could not be brought in step and wait for another attempt. */
  readonly failures: () => Promise<number>;
}

/**
 * Reads the state from the tables instead of asking the app for its status: looking on once a
 * second would cost the app more transactions than it needs for its work, and would be among its
 * figures.
 */
export function openSyncState(connectionString: string, connectionId: string): SyncStateReader {
  const tables = openTables({ connectionString });
  const checkpoints = openCheckpoints(tables.table('checkpoints'));
  const lanes = openLanes(tables.table('links'), sealed);
  const runs = openRuns(tables.table('runs'));
  return {
    now: async () => {
      const { run, checkpoint } = await checkpoints.load(connectionId);
      return { run, lastError: checkpoint.lastError };
    },
    endedRun: async (runId) => {
      const run = await runs.get(connectionId, runId);
      return run && isEnded(run) ? run : undefined;
    },
    countersOf: async (runId) => {
      const all = await lanes.read(connectionId);
      const own = all.filter((lane) => lane.runId === runId);
      return own.reduce<Counters>((sum, lane) => addCounters(sum, lane.counters), {});
    },
    failures: async () => {
      const all = await lanes.read(connectionId);
      return all.reduce((sum, lane) => sum + lane.failures, 0);
    },
  };
}

/** Numbers are not sealed, and nothing else is read here. */
const refuse = () => Promise.reject(new Error('this process has no keys'));
const sealed: Sealer = { seal: refuse, open: refuse };
