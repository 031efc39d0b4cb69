import { openTables } from '../../lib/azure/tables.ts';
import { openCheckpoints } from '../../lib/state/checkpoints.ts';
import { isEnded } from '../../lib/sync/run.ts';

/**
 * Finds the run of a connection that is open, by one query of its rows: a look through the admin API
 * costs the app a read of every lane. @returns its id
 */
export function openRunOf(connectionString: string, connectionId: string) {
  const checkpoints = openCheckpoints(openTables({ connectionString }).table('checkpoints'));
  return async (): Promise<string | undefined> => {
    const { run } = await checkpoints.load(connectionId);
    return run && !isEnded(run) ? run.id : undefined;
  };
}
