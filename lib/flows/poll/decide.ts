import type { StoredConnection } from '../../ports/connections.ts';
import type { SyncState } from '../../ports/sync-state.ts';
import type { PollMessage } from '../../sync/messages.ts';
import { newRunId, openDecision } from '../../sync/run.ts';
import type { PollNeeds } from './poll-needs.ts';
import { tellLanes } from './tell-lanes.ts';

/** A run that reads nothing: removals that were found outside of one are decided on. */
export async function decide(
  needs: PollNeeds,
  connection: StoredConnection,
  state: SyncState,
  { runId, by, lanes = 0 }: PollMessage,
): Promise<void> {
  const now = needs.clock.now();
  const startedAt = new Date(now).toISOString();
  const bits = lanes | state.guard.undecided;
  const run = openDecision({ id: runId ?? newRunId(now), startedAt, ...(by && { by }) }, bits);
  const epoch = Math.max(state.checkpoint.epoch + 1, now);
  const checkpoint = { ...state.checkpoint, epoch };
  const guard = { ...state.guard, undecided: 0 };
  const saved = await needs.checkpoints.save(connection.id, state, { checkpoint, run, guard });
  await tellLanes(needs, connection, saved, bits);
}

/** A run is open: its end asks for all decisions that are wanted by then. */
export async function decideLater(
  needs: PollNeeds,
  connection: StoredConnection,
  state: SyncState,
  { lanes = 0 }: PollMessage,
): Promise<void> {
  const undecided = state.guard.undecided | lanes;
  if (undecided === state.guard.undecided) return;
  await needs.checkpoints.save(connection.id, state, { guard: { ...state.guard, undecided } });
}
