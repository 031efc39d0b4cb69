import { Cron } from 'croner';
import { z } from 'zod';
import type { RegisteredFunction } from './functions-core.ts';
import { type Invoker, triggerBinding } from './invoker.ts';
import { resolveSettings } from './settings.ts';

const timerBinding = z.object({ schedule: z.string(), runOnStartup: z.boolean().default(false) });

/** setTimeout's longest delay. */
const LONGEST_DELAY_MS = 2 ** 31 - 1;

export interface TimerTrigger {
  readonly name: string;
  /** Runs the function now, after a run that is in progress. Never rejects: failures are logged. */
  run(): Promise<void>;
  stop(): void;
}

/**
 * Runs a function on its NCRONTAB schedule (six fields, UTC). It never overlaps itself: the next
 * occurrence is looked for when a run has ended, so that occurrences in between are skipped.
 * @throws Error when the schedule is not one.
 */
export function startTimerTrigger(target: RegisteredFunction, invoker: Invoker): TimerTrigger {
  const { name } = target.metadata;
  const { schedule, runOnStartup } = timerBinding.parse(triggerBinding(target));
  const cron = parseSchedule(resolveSettings(schedule), name);
  let timer: NodeJS.Timeout | undefined;
  let last: Date | undefined;
  let tail: Promise<void> = Promise.resolve();
  let stopped = false;
  const runOnce = async (): Promise<void> => {
    if (stopped) return;
    const data = { json: JSON.stringify(timerPayload(cron, last)) };
    last = new Date();
    await invoker.invoke(target, { data }).catch(() => {});
  };
  const run = (): Promise<void> => {
    tail = tail.then(runOnce);
    return tail;
  };
  const sleepUntil = (next: Date | null): void => {
    if (stopped || !next) return;
    const delay = next.getTime() - Date.now();
    timer =
      delay > LONGEST_DELAY_MS
        ? setTimeout(sleepUntil, LONGEST_DELAY_MS, next)
        : setTimeout(() => void run().then(() => sleepUntil(after(next))), Math.max(delay, 0));
  };
  // A timer may fire a moment early: the same occurrence must not be found again.
  const after = (done: Date): Date | null =>
    cron.nextRun(new Date(Math.max(done.getTime(), Date.now())));
  if (runOnStartup) void run();
  sleepUntil(cron.nextRun());
  return {
    name,
    run,
    stop: () => {
      stopped = true;
      clearTimeout(timer);
    },
  };
}

/** Both day fields must fit, which is NCRONTAB's rule and not cron's. */
function parseSchedule(schedule: string, name: string): Cron {
  const fields = schedule.trim().split(/\s+/);
  if (fields.length !== 6 || !fields.every((field) => /^[\w*,/-]+$/.test(field))) {
    throw new Error(`The schedule "${schedule}" of function "${name}" is not an NCRONTAB one.`);
  }
  return new Cron(fields.join(' '), { domAndDow: true, mode: '6-part', timezone: 'UTC' });
}

/** The timer's payload as the host sends it; the library turns its keys into camel case. */
function timerPayload(cron: Cron, last: Date | undefined): Record<string, unknown> {
  const now = new Date();
  return {
    Schedule: { AdjustForDST: true },
    ScheduleStatus: {
      Last: (last ?? new Date(0)).toISOString(),
      LastUpdated: now.toISOString(),
      Next: (cron.nextRun() ?? now).toISOString(),
    },
    IsPastDue: false,
  };
}
