import type { Command, Context, Given } from '../command.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { wordsOf } from '../given.ts';
import { answerOf } from '../http/answer-of.ts';
import { pathOf } from '../http/paths.ts';
import { NO_WAIT, showRunEnded } from '../show-run.ts';
import { promisedSchema } from '../views.ts';

/** Runs that somebody asks for. */
export const SYNC_COMMANDS: readonly Command[] = [
  {
    name: 'sync',
    summary: 'Reads now what has changed, and waits until it is in step',
    takes: ['CONNECTION'],
    options: NO_WAIT,
    run: (context, given) => ask(context, given, 'sync-now'),
  },
  {
    name: 'resync',
    summary: 'Reads everything again, and waits until what strayed is set right',
    takes: ['CONNECTION'],
    options: NO_WAIT,
    run: (context, given) => ask(context, given, 'resync'),
  },
];

async function ask(context: Context, given: Given, what: 'sync-now' | 'resync'): Promise<ExitCode> {
  const { api, out } = context;
  const [connectionId] = wordsOf(given);
  const answer = await api.ask('POST', pathOf('connections', connectionId, what));
  const { runId, joined } = answerOf(promisedSchema, answer);
  if (given.flags.has('no-wait')) {
    out.show(answer, () => [`The run: tandem runs show ${connectionId} ${runId}`]);
    return EXIT.fine;
  }
  out.note(joined ? `Joined the run ${runId}.` : `Asked for the run ${runId}.`);
  return showRunEnded(context, { connectionId, runId });
}
