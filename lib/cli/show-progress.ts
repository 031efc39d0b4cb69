import type { Context } from './command.ts';
import { barOf, type Expected, progressText, shareDone } from './progress.ts';
import type { RunView } from './views.ts';

/** Elsewhere than on a terminal, a line now and then. */
const LINE_EVERY_MS = 10_000;

/** Shows how far a run is, every time it is called. */
export type ShowProgress = (run: RunView) => void;

/** Draws a bar on a terminal, which never goes back; elsewhere says a line at each new phase, and now and then. */
export function openProgress(
  { out, now }: Pick<Context, 'out' | 'now'>,
  expected: Expected,
): ShowProgress {
  let most = 0;
  let last = { phase: '', at: 0 };
  return (run) => {
    const known = shareDone(run, expected);
    most = Math.max(most, known ?? 0);
    const share = known === undefined ? undefined : most;
    const seconds = run.seconds ?? Math.max(0, now() - Date.parse(run.startedAt)) / 1_000;
    const text = progressText(run, share, seconds);
    const drawn = `${barOf(share)} ${text}`.trimStart();
    if (out.isLive) return run.endedAt === undefined ? out.draw(drawn) : out.note(drawn);
    const phase = run.phase ?? run.state;
    const isDue = phase !== last.phase || now() - last.at >= LINE_EVERY_MS;
    if (!isDue) return;
    last = { phase, at: now() };
    out.note(text);
  };
}
