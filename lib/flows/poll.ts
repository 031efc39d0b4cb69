import type { Services, StoredConnection, SyncState } from '../ports.ts';
import type { PollMessage } from '../sync/messages.ts';
import { advance, isEnded, isPhaseClosed, ticked } from '../sync/run.ts';
import { endRun } from './end-run.ts';
import { readRound } from './read-round.ts';
import { tellLanes } from './tell-lanes.ts';

export type PollNeeds = Pick<
  Services,
  'connections' | 'checkpoints' | 'runs' | 'directories' | 'lanes' | 'bus' | 'clock' | 'log'
>;

/** A promised run whose turn has not come asks again after so many seconds. */
const ASK_AGAIN_SECONDS = 1;

/**
 * Does what the checkpoint says is next: goes on with an open run, or reads a round. Runs alone for
 * its connection, because the connection is the bus session.
 * @param isRedelivered another poll died over this message, perhaps before it told the lanes
 */
export async function poll(
  needs: PollNeeds,
  message: PollMessage,
  isRedelivered: boolean,
): Promise<void> {
  const connection = await needs.connections.get(message.connectionId);
  if (!connection) return;
  const state = await needs.checkpoints.load(connection.id);
  if (!connection.enabled) return pause(needs, connection, state);
  const current = await goOn(needs, connection, state, isRedelivered || message.reason === 'timer');
  const { run } = current;
  const open = run && !isEnded(run) ? run : null;
  if (run && !open && run.id === message.runId) return;
  if (open && message.runId !== undefined && message.runId !== open.id) {
    const again = { session: connection.id, body: message, delaySeconds: ASK_AGAIN_SECONDS };
    await needs.bus.send('polls', [again]);
    return;
  }
  // A lane's last report asks to go on with its run, not for another one.
  if (!open && message.reason === 'ticked') return;
  if (!open || open.reading) await readRound(needs, connection, current, message.runId);
}

/** The switch is off: what is in flight finishes, nothing new starts. */
async function pause(needs: PollNeeds, connection: StoredConnection, state: SyncState) {
  if (state.run?.state !== 'running') return;
  await needs.checkpoints.save(connection.id, state, { run: { ...state.run, state: 'paused' } });
  needs.log.info('run paused', { connectionId: connection.id, runId: state.run.id });
}

/** Advances an open run through every phase that is closed. */
async function goOn(
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
  const saved = await needs.checkpoints.save(connection.id, state, { run: next });
  needs.log.info('phase begun', { connectionId: connection.id, runId: run.id, phase: next.phase });
  if (!next.reading) await tellLanes(needs, connection, saved, next.lanes);
  return saved;
}
