import { setTimeout as sleep } from 'node:timers/promises';
import { isEnded, type Run } from '../../lib/sync/run.ts';
import type { Display } from './display.ts';
import { doneInPhase, type Progress, progressLines, progressText } from './progress.ts';
import { openRate } from './rate.ts';
import type { RunNow, SyncStateReader } from './sync-state.ts';

/** Which run to follow and how to show it. */
export interface Following {
  readonly state: SyncStateReader;
  /** Absent: the first run there is. */
  readonly runId?: string;
  readonly expected: Progress['expected'];
  readonly display: Display;
  readonly signal: AbortSignal;
}

const LOOK_EVERY_MS = 200;
const LINE_EVERY_MS = 3_000;
/** How long an error that keeps a run from beginning is given to pass. */
const PATIENCE_MS = 45_000;

/**
 * Shows a run's progress until it has ended.
 * @throws Error when it does not begin because a side cannot be read; AbortError at the signal
 */
export async function followRun(following: Following): Promise<Run> {
  const show = openProgress(following);
  let stuckSince: number | undefined;
  for (;;) {
    following.signal.throwIfAborted();
    const now = await following.state.now();
    const ended = await endedRun(following, now);
    if (ended) return ended;
    const isOpen = now.run !== null && !isEnded(now.run);
    if (isOpen && now.run) await show(now.run);
    stuckSince = isOpen || !now.lastError ? undefined : (stuckSince ?? Date.now());
    if (stuckSince !== undefined && Date.now() - stuckSince > PATIENCE_MS) throw stuck(now);
    await sleep(LOOK_EVERY_MS, undefined, { signal: following.signal });
  }
}

async function endedRun({ runId, state }: Following, { run }: RunNow): Promise<Run | undefined> {
  if (run && (runId === undefined || run.id === runId)) return isEnded(run) ? run : undefined;
  // Another run may have followed it already.
  return runId === undefined ? undefined : state.endedRun(runId);
}

function stuck({ lastError }: RunNow): Error {
  return new Error(`The sync does not begin: ${lastError?.message} (${lastError?.code}).`);
}

/** Draws where it can; elsewhere prints a line now and then, and at each new phase. */
function openProgress({ display, state, expected }: Following): (run: Run) => Promise<void> {
  const rateOf = openRate();
  const startedAt = Date.now();
  let lastLine = { phase: '', at: 0 };
  return async (run) => {
    const at = Date.now();
    const isDue = run.phase !== lastLine.phase || at - lastLine.at >= LINE_EVERY_MS;
    if (!display.isLive && !isDue) return;
    const { kind, phase, reading } = run;
    const counters = await state.countersOf(run.id);
    const elapsed = (at - Math.max(startedAt, Date.parse(run.startedAt))) / 1_000;
    const plain = { kind, phase, reading, counters, expected, seconds: Math.max(0, elapsed) };
    const rate = rateOf(phase, { at, done: doneInPhase(plain) });
    const progress = { ...plain, rate };
    if (display.isLive) display.draw(progressLines(progress, display.paint));
    else display.print(progressText(progress));
    lastLine = { phase, at };
  };
}
