import type { StoredConnection } from '../../ports/connections.ts';
import type { SyncState } from '../../ports/sync-state.ts';
import { advance, isEnded, isPhaseClosed, ticked } from '../../sync/run.ts';
import { computeSets } from '../nesting/compute-sets.ts';
import { askGuard } from '../removals/ask-guard.ts';
import { endRun } from './end-run.ts';
import type { PollNeeds } from './poll-needs.ts';
import { tellLanes } from './tell-lanes.ts';

/** Advances an open run through every phase that is closed. */
export async function goOn(
  needs: PollNeeds,
  connection: StoredConnection,
  state: SyncState,
  remind: boolean,
): Promise<SyncState> {
  const { run } = state;
  if (!run || isEnded(run)) return state;
  if (run.state === 'paused') {
    const resumed = { run: { ...run, state: 'running' as const } };
    const saved = await needs.checkpoints.save(connection.id, state, resumed);
    return goOn(needs, connection, saved, true);
  }
  if (run.reading) return state;
  if (!isPhaseClosed(run)) {
    // After a crash between saving a phase and telling the lanes, somebody has to tell them.
    if (remind) await tellLanes(needs, connection, state, run.lanes & ~ticked(run));
    return state;
  }
  const next = advance(run, new Date(needs.clock.now()).toISOString());
  if (isEnded(next)) return endRun(needs, connection.id, state, next);
  // All that lanes know of groups in groups is written down by now.
  const isWhole = next.phase === 'memberships' && !next.isScoped;
  if (next.phase === 'scope' || isWhole) await computeSets(needs, connection, false);
  const begun =
    next.phase === 'removals' ? await askGuard(needs, connection, state, next) : { run: next };
  const saved = await needs.checkpoints.save(connection.id, state, begun);
  needs.log.info('phase begun', { connectionId: connection.id, runId: run.id, phase: next.phase });
  if (!next.reading) await tellLanes(needs, connection, saved, next.lanes);
  return saved;
}
