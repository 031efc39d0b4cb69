import { AppError } from '../../errors.ts';
import type { Checkpoint, SyncState } from '../../ports/sync-state.ts';
import { isEnded, isFullRun, type Run } from '../../sync/run.ts';
import { raiseEntraError } from '../upkeep/raise-entra-error.ts';
import { endRun } from './end-run.ts';
import { keepPromise } from './keep-promise.ts';
import { later, type Round } from './pace.ts';
import { lastErrorOf } from './pass-over.ts';
import type { PollNeeds } from './poll-needs.ts';

/** After an error in the middle of a run, where the other side names no time. */
const RETRY_SECONDS = 30;

/** The first full run whose links expire is followed by another at once; later ones wait. */
function mayBeginAtOnce(needs: PollNeeds, { connection, state }: Round): Promise<SyncState> {
  const resyncs = { ...state.resyncs, notBefore: 0 };
  return needs.checkpoints.save(connection.id, state, { resyncs });
}

/** A side that cannot be read is nothing to redeliver for: it is written down, and asked again. */
export async function recordError(needs: PollNeeds, round: Round, error: unknown): Promise<void> {
  if (!(error instanceof AppError)) throw error;
  const { checkpoint, run } = round.state;
  const at = new Date(needs.clock.now()).toISOString();
  const lastError = lastErrorOf(round.state, error, needs.clock.now());
  const connectionId = round.connection.id;
  needs.log.warn('the Entra side could not be read', { connectionId, code: error.code });
  const expired = error.code === 'checkpoint-expired';
  const links = expired ? { user: null, group: null } : checkpoint.links;
  const reading = expired ? null : checkpoint.reading;
  const next: Checkpoint = { ...checkpoint, links, reading, lastError };
  round.state = await needs.checkpoints.save(connectionId, round.state, { checkpoint: next });
  await raiseEntraError(needs, connectionId, {
    code: error.code,
    since: Date.parse(lastError.since ?? at),
  });
  const open = run && !isEnded(run) ? run : null;
  if (open && expired) {
    const ended: Run = { ...open, reading: false, state: 'incomplete', endedAt: at };
    round.state = await endRun(needs, connectionId, round.state, ended);
  }
  if (expired) {
    // A full run whose own links expire would begin again and again without a pause.
    const isFull = open !== null && isFullRun(open);
    const { failures } = round.state.resyncs;
    if (isFull && failures <= 1) round.state = await mayBeginAtOnce(needs, round);
    const pause = isFull ? RETRY_SECONDS : 0;
    return later(needs, { ...round, promisedRunId: open ? undefined : round.promisedRunId }, pause);
  }
  const isAwaited = open !== null || round.promisedRunId !== undefined;
  if (isAwaited && error.retryable)
    return later(needs, round, error.retryAfterSeconds ?? RETRY_SECONDS);
  if (!open && round.promisedRunId !== undefined) await keepPromise(needs, round, 'incomplete');
}
