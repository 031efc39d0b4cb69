import type { Services, StoredConnection, SyncChanges, SyncState } from '../ports.ts';
import { addTotals, NO_TOTALS } from '../sync/counters.ts';
import { guard, isHarmless, notePassed, passedWithin } from '../sync/guard.ts';
import { addLosses, type Losses, type LossKind, NO_LOSSES } from '../sync/losses.ts';
import { type Run, runLosses } from '../sync/run.ts';

/**
 * Asks the guard about the removals that a run has found, and writes its answer into the run. What
 * passes counts for the next 24 hours, whether or not it turns out to be possible.
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
  if (isHarmless(sum, settings))
    return { run: { ...run, hold: [] }, guard: notePassed(state.guard, waiting, now) };
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
  const passes = only(waiting, (kind) => !hold.includes(kind));
  const holds = only(waiting, (kind) => hold.includes(kind));
  const noted = notePassed(state.guard, passes, now);
  return { run: { ...run, hold: [...hold] }, guard: { ...noted, held: addLosses(held, holds) } };
}

function only(losses: Losses, fits: (kind: LossKind) => boolean): Losses {
  const kept = Object.entries(losses).filter(([kind]) => fits(kind as LossKind));
  return addLosses(NO_LOSSES, Object.fromEntries(kept));
}
