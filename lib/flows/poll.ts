import { AppError } from '../errors.ts';
import type { Services, StoredConnection, SyncState } from '../ports.ts';
import type { PollMessage } from '../sync/messages.ts';
import { isResyncDue } from '../sync/resyncs.ts';
import { advance, isEnded, isPhaseClosed, newRunId, openDecision, ticked } from '../sync/run.ts';
import { askGuard } from './ask-guard.ts';
import { endRun } from './end-run.ts';
import { keepProbing, probeApp } from './outage.ts';
import { pauseBefore } from './pause.ts';
import { readRound } from './read-round.ts';
import { tellLanes } from './tell-lanes.ts';

export type PollNeeds = Pick<
  Services,
  | 'connections'
  | 'checkpoints'
  | 'runs'
  | 'directories'
  | 'lanes'
  | 'bus'
  | 'clock'
  | 'sleep'
  | 'log'
>;

/** A promised run whose turn has not come asks again after so many seconds. */
const ASK_AGAIN_SECONDS = 1;
/** Nobody waits for a decision that was not asked for by hand. */
const DECIDE_AGAIN_SECONDS = 5;

/**
 * Does what the checkpoint says is next: goes on with an open run, or begins one. Runs alone for its
 * connection, because the connection is the bus session.
 * @param deliveryCount 1 at the first delivery; more, and another poll died over this message
 */
export async function poll(
  needs: PollNeeds,
  message: PollMessage,
  deliveryCount: number,
): Promise<void> {
  try {
    await handle(needs, message, deliveryCount > 1);
  } catch (error) {
    const code = error instanceof AppError ? error.code : 'unknown';
    const { connectionId, reason } = message;
    needs.log.warn('poll goes back to the bus', { connectionId, reason, code });
    await pauseBefore(needs, error, deliveryCount);
    throw error;
  }
}

async function handle(
  needs: PollNeeds,
  message: PollMessage,
  isRedelivered: boolean,
): Promise<void> {
  const connection = await needs.connections.get(message.connectionId);
  if (!connection || connection.leaving) return;
  const loaded = await needs.checkpoints.load(connection.id);
  if (message.probe !== undefined) {
    await probeApp(needs, connection, loaded, message.probe);
    return;
  }
  if (!connection.enabled) return pause(needs, connection, loaded);
  const state = message.reason === 'timer' ? await keepProbing(needs, connection, loaded) : loaded;
  const current = await goOn(needs, connection, state, isRedelivered || message.reason === 'timer');
  await begin(needs, connection, current, message);
}

/** What follows once the open run, if there is one, has gone as far as it can. */
async function begin(
  needs: PollNeeds,
  connection: StoredConnection,
  state: SyncState,
  message: PollMessage,
): Promise<void> {
  const { run } = state;
  const open = run && !isEnded(run) ? run : null;
  if (run && !open && run.id === message.runId) return;
  if (open && message.runId !== undefined && message.runId !== open.id) {
    const delaySeconds = message.reason === 'decide' ? DECIDE_AGAIN_SECONDS : ASK_AGAIN_SECONDS;
    return needs.bus.send('polls', [{ session: connection.id, body: message, delaySeconds }]);
  }
  if (open) {
    const isMeant = open.reading && message.reason !== 'resync';
    return isMeant ? readRound(needs, connection, state, message) : undefined;
  }
  if (message.reason === 'decide') return decide(needs, connection, state, message);
  const isFull = isResyncDue(state.resyncs, connection, needs.clock.now());
  // A lane's last report asks to go on with its run, not for another one.
  const asksForOne = message.reason !== 'ticked' && message.reason !== 'resync';
  if (!isFull && !asksForOne) return;
  const promised = isFull ? state.resyncs.runId : null;
  const waits = promised !== null && message.runId !== undefined && message.runId !== promised;
  if (waits)
    await needs.bus.send('polls', [{ session: connection.id, body: message, delaySeconds: 1 }]);
  const runId = waits ? undefined : message.runId;
  await readRound(needs, connection, state, { runId, isFull });
}

/** A run that reads nothing: removals that were found outside of one are decided on. */
async function decide(
  needs: PollNeeds,
  connection: StoredConnection,
  state: SyncState,
  { runId, lanes = 0 }: PollMessage,
): Promise<void> {
  const now = needs.clock.now();
  const startedAt = new Date(now).toISOString();
  const run = openDecision({ id: runId ?? newRunId(now), startedAt }, lanes);
  const epoch = Math.max(state.checkpoint.epoch + 1, now);
  const checkpoint = { ...state.checkpoint, epoch };
  const saved = await needs.checkpoints.save(connection.id, state, { checkpoint, run });
  await tellLanes(needs, connection, saved, lanes);
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
  const begun =
    next.phase === 'removals' ? await askGuard(needs, connection, state, next) : { run: next };
  const saved = await needs.checkpoints.save(connection.id, state, begun);
  needs.log.info('phase begun', { connectionId: connection.id, runId: run.id, phase: next.phase });
  if (!next.reading) await tellLanes(needs, connection, saved, next.lanes);
  return saved;
}
