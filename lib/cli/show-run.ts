import type { Context } from './command.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { type Awaited, followRun } from './follow-run.ts';
import { runLines } from './run-text.ts';

/** The option of commands that wait for what they have asked for. */
export const NO_WAIT = {
  'no-wait': { help: 'ask for it, and do not wait until it has ended' },
} as const;

/**
 * Waits for a run, and shows what came of it.
 * @returns whether it is complete, and nothing is left undone
 * @throws CommandFailure
 */
export async function showRunEnded(context: Context, awaited: Awaited): Promise<ExitCode> {
  const { out } = context;
  const { run, answer, left } = await followRun(context, awaited);
  out.show(answer, () => runLines(run));
  const { connectionId } = awaited;
  if (run.state !== 'completed') {
    out.note(`The run has ended ${run.state}.`, `  tandem status ${connectionId}`);
    return EXIT.refused;
  }
  if (left === undefined) return EXIT.fine;
  out.note(
    `The run has ended; what is left undone of the connection: ${left}.`,
    `  tandem failures list ${connectionId}`,
    `  tandem held list ${connectionId}`,
  );
  return EXIT.unfinished;
}
