import type { StoredConnection } from '../../ports/connections.ts';
import type { Checkpoint, SyncState } from '../../ports/sync-state.ts';
import { toPoll } from '../../sync/addressed.ts';
import type { PollMessage } from '../../sync/messages.ts';
import { isEnded, isFullRun } from '../../sync/run.ts';
import type { PollNeeds } from './poll-needs.ts';

/** Messages that may wait in the lanes before the reading pauses, so that no backlog builds up. */
const WINDOW = 480;
/** Lanes that have not moved for so long have lost messages: the reading goes on, with a gap. */
const PATIENCE_MILLISECONDS = 10 * 60_000;

/** A reading that is under way. */
export interface Round {
  readonly connection: StoredConnection;
  state: SyncState;
  /** This poll has raised the epoch: its messages supersede those of any poll before it. */
  hasEpoch: boolean;
  /** Messages known to be handled. */
  handled: number;
  /** Since when the lanes have handled no more than so many. */
  behind: PollMessage['behind'];
  /** A run must stand at the end even if nothing changed: it was promised under this id. */
  readonly promisedRunId: string | undefined;
  readonly promisedBy: string | undefined;
  /** A full run begins, whatever links there are. */
  readonly isFull: boolean;
  /** When it began, perhaps in another poll; milliseconds. */
  readonly beganAt: number;
  /** Ids of the objects that this poll has been shown. */
  readonly shown: Set<string>;
  /** Users or groups could not be read: why. */
  refusal: Checkpoint['lastError'];
  /** The round was read to its end. */
  isComplete: boolean;
}

/** Whether the lanes lag too far behind what was sent to them. */
export async function isBehind(needs: PollNeeds, round: Round): Promise<boolean> {
  const { run } = round.state;
  if (!run || isEnded(run)) return false;
  const sent = run.sent.reduce((sum, count) => sum + count, 0);
  if (sent - round.handled <= WINDOW) return false;
  const lanes = await needs.lanes.read(round.connection.id);
  round.handled = lanes
    .filter((lane) => lane.runId === run.id && lane.phase === run.phase)
    .reduce((sum, lane) => sum + lane.n, 0);
  if (sent - round.handled <= WINDOW) return false;
  const now = needs.clock.now();
  if (round.behind?.handled !== round.handled)
    round.behind = { handled: round.handled, since: now };
  return now - round.behind.since < PATIENCE_MILLISECONDS;
}

/** Has the poll go on by a message. */
export async function later(needs: PollNeeds, round: Round, delaySeconds: number): Promise<void> {
  const message = toPoll({
    connectionId: round.connection.id,
    reason: 'continue',
    ...(round.promisedRunId !== undefined && { runId: round.promisedRunId }),
    ...(round.promisedBy !== undefined && { by: round.promisedBy }),
    ...(round.behind && { behind: round.behind }),
  });
  await needs.bus.send('polls', [{ ...message, delaySeconds }]);
}

/** Whether a full run is open. */
export function isInFullRun({ run }: SyncState): boolean {
  return run !== null && !isEnded(run) && isFullRun(run);
}
