import { AppError, hasCode } from '../../errors.ts';
import type { Lane } from '../../ports/lanes.ts';
import type { Services } from '../../ports.ts';
import { toPoll } from '../../sync/addressed.ts';
import { laneCount } from '../../sync/lane-count.ts';
import type { CloserMessage } from '../../sync/messages.ts';
import { advance, isEnded, isPhaseClosed, type Phase, type Run, ticked } from '../../sync/run.ts';
import { endRun } from './end-run.ts';

type Needs = Pick<
  Services,
  'alerts' | 'checkpoints' | 'connections' | 'runs' | 'bus' | 'clock' | 'log'
>;

const TRIES = 5;

/** Whether a closer still means something: its run is at that step, and waits for the lane. */
export async function awaitsLane(
  needs: Pick<Needs, 'checkpoints'>,
  message: CloserMessage,
): Promise<boolean> {
  return (await awaitedRun(needs, message)) !== undefined;
}

/** The run that waits for the lane, at the step that a closer names; undefined where none does. */
export async function awaitedRun(
  needs: Pick<Needs, 'checkpoints'>,
  message: CloserMessage,
): Promise<Run | undefined> {
  const run = await needs.checkpoints.run(message.connectionId);
  return isAwaited(run, message) && !hasTicked(run, message.lane) ? run : undefined;
}

/**
 * Reports that a lane has handled the last message of a phase. The report of the last lane wakes
 * the poll, which alone advances phases; but a run that has nothing more to do is ended at once.
 */
export async function closePhase(
  needs: Needs,
  message: CloserMessage,
  lane: Lane & { phase: Phase },
): Promise<void> {
  for (let attempt = 1; attempt <= TRIES; attempt += 1) {
    try {
      await tryToClose(needs, message, lane);
      return;
    } catch (error) {
      if (!hasCode(error, 'state-changed')) throw error;
    }
  }
  throw new AppError('state-changed', 'the run is being written by others');
}

async function tryToClose(
  needs: Needs,
  message: CloserMessage,
  lane: Lane & { phase: Phase },
): Promise<void> {
  const { connectionId } = message;
  const state = await needs.checkpoints.load(connectionId);
  const { run } = state;
  if (!isAwaited(run, message)) return;
  const { phase, counters, wakes, removals, waiting: losses, done } = lane;
  const at = needs.clock.now();
  // A gap of an earlier phase stays a gap: the lane's next report replaces this one.
  const gap = lane.gap || run.ticks[lane.lane]?.gap === true;
  const tick = {
    runId: run.id,
    step: run.step,
    phase,
    counters,
    wakes,
    removals,
    losses,
    done,
    gap,
    at,
  };
  const count = laneCount(lane, at);
  const counts = new Map([[lane.lane, count]]);
  const closing = hasTicked(run, lane.lane)
    ? run
    : { ...run, ticks: { ...run.ticks, [lane.lane]: tick } };
  if (isPhaseClosed(closing)) {
    const next = advance(closing, new Date(needs.clock.now()).toISOString());
    if (isEnded(next) && run.state === 'running') {
      await endRun(needs, connectionId, state, next, counts);
      return;
    }
    await needs.checkpoints.save(connectionId, state, { run: closing, counts });
    await wakePoll(needs, connectionId);
    return;
  }
  if (closing === run) return;
  // Others are still to come: a column of its own, so that 16 lanes do not meet on a condition.
  await needs.checkpoints.tick(connectionId, lane.lane, { tick, count });
  const now = await needs.checkpoints.run(connectionId);
  if (now?.id === run.id && isPhaseClosed(now)) await wakePoll(needs, connectionId);
}

function isAwaited(run: Run | null, message: CloserMessage): run is Run {
  return run?.id === message.runId && run.step === message.step && !isEnded(run);
}

function hasTicked(run: Run, lane: number): boolean {
  return (ticked(run) & (1 << lane)) !== 0;
}

async function wakePoll(needs: Pick<Needs, 'bus'>, connectionId: string): Promise<void> {
  await needs.bus.send('polls', [toPoll({ connectionId, reason: 'ticked' })]);
}
