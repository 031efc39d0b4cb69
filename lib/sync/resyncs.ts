import type { Connection } from './connection.ts';
import { hasGap, isFullRun, type Run } from './run.ts';

/** Full runs that were asked for, by an administrator or by what happened, and done. */
export interface Resyncs {
  /** Counts what was asked for; one full run answers all that were asked for before it began. */
  readonly asked: number;
  readonly done: number;
  /** The run that the last one who asked was promised. */
  readonly runId: string | null;
  /** Who that was; null = nobody asked in person. */
  readonly by: string | null;
  /** Full runs in a row that ended incomplete. */
  readonly failures: number;
  /** Not before this time, in milliseconds: after an incomplete one the next waits. */
  readonly notBefore: number;
  /** When the last full run was completed, in milliseconds; null = never. */
  readonly lastDoneAt: number | null;
}

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
export const DEFAULT_RESYNC_DAYS = 7;

/** Whether a full run is next: one was asked for, or the last one is too long ago. */
export function isResyncDue(
  { asked, done, notBefore, lastDoneAt }: Resyncs,
  { resyncDays = DEFAULT_RESYNC_DAYS }: Pick<Connection, 'resyncDays'>,
  now: number,
): boolean {
  if (now < notBefore) return false;
  if (asked > done) return true;
  return resyncDays > 0 && lastDoneAt !== null && now - lastDoneAt > resyncDays * DAY;
}

/** Asks for one. Somebody who cannot wait asks for it whatever the pause. */
export function askForResync(
  resyncs: Resyncs,
  how: { readonly runId?: string; readonly by?: string; readonly isUrgent: boolean },
): Resyncs {
  return {
    ...resyncs,
    asked: Math.max(resyncs.asked, resyncs.done) + 1,
    runId: how.runId ?? resyncs.runId,
    by: how.by ?? resyncs.by,
    notBefore: how.isUrgent ? 0 : resyncs.notBefore,
  };
}

/**
 * What a run's end means for those to come.
 *
 * | run | ended | then |
 * | --- | --- | --- |
 * | full | complete | what was asked for before it began is done |
 * | full | incomplete | another one, after 1 h, 2 h, 4 h … a day |
 * | incremental, rules | incomplete, a message was lost | a full one, at once |
 *
 * @returns the very same where it means nothing
 */
export function resyncsAfter(resyncs: Resyncs, run: Run, now: number): Resyncs {
  const isFull = isFullRun(run);
  if (run.state === 'incomplete') {
    const asked = Math.max(resyncs.asked, resyncs.done + 1);
    if (!isFull) return asked === resyncs.asked || !hasGap(run) ? resyncs : { ...resyncs, asked };
    const pause = Math.min(HOUR * 2 ** resyncs.failures, DAY);
    return {
      ...resyncs,
      asked,
      runId: null,
      by: null,
      failures: resyncs.failures + 1,
      notBefore: now + pause,
    };
  }
  if (!isFull) return resyncs;
  const done = Math.max(resyncs.done, run.generation ?? resyncs.done);
  const isAnswered = resyncs.asked <= done;
  return {
    ...resyncs,
    done,
    // Never two runs of one id: the second would take for shown what the first was shown.
    runId: isAnswered || resyncs.runId === run.id ? null : resyncs.runId,
    by: isAnswered || resyncs.runId === run.id ? null : resyncs.by,
    failures: 0,
    notBefore: 0,
    lastDoneAt: now,
  };
}
