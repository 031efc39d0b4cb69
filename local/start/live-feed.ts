import { setTimeout as sleep } from 'node:timers/promises';
import type { AdminApi, ShownRun } from './admin-api.ts';
import type { Display } from './display.ts';
import { runText } from './run-text.ts';

const LOOK_EVERY_MS = 1_000;
const RUNS_LOOKED_AT = 20;

/** Prints every run that ends from now on, until the signal. Never throws. */
export async function showRuns(
  admin: Pick<AdminApi, 'runs'>,
  display: Pick<Display, 'print' | 'paint'>,
  { signal, everyMs = LOOK_EVERY_MS }: { readonly signal: AbortSignal; readonly everyMs?: number },
): Promise<void> {
  const { print, paint } = display;
  let known: ReadonlySet<string> | undefined;
  let isThere = true;
  while (!signal.aborted) {
    try {
      const ended = (await admin.runs(RUNS_LOOKED_AT)).filter(hasEnded);
      const fresh = known ? ended.filter(({ id }) => !known?.has(id)).reverse() : [];
      for (const run of fresh) print(`  ${paint('dim', clockTime(run))}  ${runText(run)}`);
      known = new Set(ended.map(({ id }) => id));
      isThere = true;
    } catch {
      if (isThere && !signal.aborted) print(`  ${paint('yellow', 'the app does not answer')}`);
      isThere = false;
    }
    await sleep(everyMs, undefined, { signal }).catch(() => {});
  }
}

function hasEnded({ state }: ShownRun): boolean {
  return state === 'completed' || state === 'incomplete';
}

function clockTime({ endedAt, startedAt }: ShownRun): string {
  return new Date(endedAt ?? startedAt).toLocaleTimeString('en-GB');
}
