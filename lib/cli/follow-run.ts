import type { Context } from './command.ts';
import { EXIT } from './exit-codes.ts';
import { CommandFailure } from './failure.ts';
import { answerOf } from './http/answer-of.ts';
import { pathOf } from './http/paths.ts';
import { look } from './look.ts';
import { openProgress } from './show-progress.ts';
import { type RunView, runSchema, type StatusView, statusSchema } from './views.ts';

/** A run to wait for. */
export interface Awaited {
  readonly connectionId: string;
  readonly runId: string;
}

/** A run that has ended, as it is shown and as it came. */
export interface EndedRun {
  readonly run: RunView;
  readonly answer: unknown;
  /** What is left undone of the connection: failures, and removals that are held. */
  readonly left: string | undefined;
}

const LOOK_EVERY_MS = 1_000;
/** How long what keeps a run from beginning is given to pass. */
const PATIENCE_MS = 60_000;
/** A run that was promised begins once no other is open. */
const BEGINS_WITHIN_MS = 10 * 60_000;

/**
 * Waits until a run has ended, which may not have begun yet, and shows how far it is.
 * @throws CommandFailure where it stops, or does not begin; at Ctrl-C, which the run does not hear
 */
export async function followRun(context: Context, awaited: Awaited): Promise<EndedRun> {
  try {
    return await follow(context, awaited);
  } catch (error) {
    if (!context.signal.aborted) throw error;
    const { connectionId, runId } = awaited;
    throw new CommandFailure(EXIT.interrupted, 'Nobody waits any more; the run goes on.', [
      `tandem runs show ${connectionId} ${runId}`,
    ]);
  }
}

async function follow(context: Context, { connectionId, runId }: Awaited): Promise<EndedRun> {
  const { api, sleep, signal } = context;
  const runPath = pathOf('connections', connectionId, 'runs', runId);
  const status = async () =>
    answerOf(
      statusSchema,
      await look(context, () => api.get(pathOf('connections', connectionId, 'status'))),
    );
  const show = openProgress(context, (await status()).inStep);
  const requireHope = openHope(context, connectionId);
  for (;;) {
    const answer = await look(context, () => api.find(runPath));
    const run = answer === undefined ? undefined : answerOf(runSchema, answer);
    if (run) show(run);
    if (run?.endedAt !== undefined) return { run, answer, left: leftUndone(await status()) };
    if (run?.state === 'paused') throw off(connectionId, 'the run is paused');
    if (!run) requireHope(await status());
    await sleep(LOOK_EVERY_MS, signal);
  }
}

/** Whether a run that is not there yet can still be expected. */
function openHope({ now, out }: Context, connectionId: string): (status: StatusView) => void {
  const since = now();
  let blockedSince = since;
  let isTold = false;
  return ({ enabled, currentRun, lastError }) => {
    if (!enabled) throw off(connectionId, 'the run will not begin');
    if (currentRun) {
      if (!isTold) out.note(`Another run is open and goes first: ${currentRun.id}.`);
      isTold = true;
      blockedSince = now();
      return;
    }
    const waited = now() - blockedSince;
    if (lastError && waited > PATIENCE_MS)
      throw new CommandFailure(
        EXIT.refused,
        `The run does not begin: ${lastError.message} (${lastError.code}).`,
        [`tandem test ${connectionId}`],
      );
    if (waited > BEGINS_WITHIN_MS)
      throw new CommandFailure(EXIT.refused, 'The run has not begun for ten minutes.', [
        `tandem status ${connectionId}`,
      ]);
  };
}

function off(connectionId: string, what: string): CommandFailure {
  return new CommandFailure(EXIT.refused, `Directory sync was switched off: ${what}.`, [
    `tandem connections enable ${connectionId}`,
  ]);
}

function leftUndone({ failures, held }: StatusView): string | undefined {
  const removals = Object.values(held).reduce((sum, one) => sum + one, 0);
  if (failures === 0 && removals === 0) return undefined;
  return `failed: ${failures}, removals held: ${removals}`;
}
