import type { StoredConnection } from '../../ports/connections.ts';
import type { SyncChanges, SyncState } from '../../ports/sync-state.ts';
import type { Services } from '../../ports.ts';
import { addTotals, NO_TOTALS } from '../../sync/counters.ts';
import { guard, isHarmless, passedWithin } from '../../sync/guard.ts';
import { addLosses, NO_LOSSES } from '../../sync/losses.ts';
import { type Run, runLosses } from '../../sync/run.ts';

/**
 * Asks the guard about the removals that a run has found, and writes its answer into the run.
 * @param run at its phase `removals`
 */
export async function askGuard(
  needs: Pick<Services, 'lanes' | 'clock' | 'log'>,
  connection: StoredConnection,
  state: SyncState,
  run: Run,
): Promise<SyncChanges> {
  const now = needs.clock.now();
  const waiting = runLosses(run);
  const settings = connection.guard ?? {};
  const passed = passedWithin(state.guard, now);
  const sum = addLosses(addLosses(waiting, passed), state.guard.held);
  // So few trip nothing, however few there are in all: the lanes need not be read.
  if (isHarmless(sum, settings)) return { run: { ...run, hold: [] } };
  const lanes = await needs.lanes.read(connection.id);
  const held = lanes.reduce((all, lane) => addLosses(all, lane.held), NO_LOSSES);
  const inStep = lanes.reduce((all, lane) => addTotals(all, lane.totals), NO_TOTALS);
  const hold = guard({ waiting, held, passed, inStep }, settings);
  if (hold.length > 0)
    needs.log.warn('removals are held for an administrator', {
      connectionId: connection.id,
      runId: run.id,
      hold,
      waiting,
    });
  const holds = Object.fromEntries(hold.map((kind) => [kind, waiting[kind]]));
  const guarded = { ...state.guard, held: addLosses(held, holds) };
  return { run: { ...run, hold: [...hold] }, guard: guarded };
}
