import type { Command, Context, Given } from '../command.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { giveList, HOW_GIVEN } from '../give-list.ts';
import { textOf, wordsOf } from '../given.ts';
import { answerOf } from '../http/answer-of.ts';
import { pathOf } from '../http/paths.ts';
import { RUN_COLUMNS, runLines } from '../run-text.ts';
import { showRunEnded } from '../show-run.ts';
import { runSchema } from '../views.ts';

/** What was done, run by run. */
export const RUN_COMMANDS: readonly Command[] = [
  {
    name: 'runs list',
    short: 'runs',
    summary: 'Runs, newest first',
    takes: ['CONNECTION'],
    options: {
      kind: {
        value: 'KIND',
        oneOf: ['initial', 'incremental', 'resync', 'rules'],
        help: 'only those',
      },
      state: {
        value: 'STATE',
        oneOf: ['running', 'paused', 'completed', 'incomplete'],
        help: 'only those',
      },
      from: { value: 'TIME', help: 'begun from then on: 2026-01-31T00:00:00Z' },
      to: { value: 'TIME', help: 'begun before then' },
      ...HOW_GIVEN,
    },
    run: list,
  },
  {
    name: 'runs show',
    summary: 'A run, open or ended',
    takes: ['CONNECTION', 'RUN'],
    options: {},
    run: show,
  },
  {
    name: 'runs wait',
    summary: 'Waits until a run has ended',
    takes: ['CONNECTION', 'RUN'],
    options: {},
    run: (context, given) => {
      const [connectionId, runId] = wordsOf(given);
      return showRunEnded(context, { connectionId, runId });
    },
  },
];

async function list(context: Context, given: Given): Promise<ExitCode> {
  const [id] = wordsOf(given);
  const wanted = {
    path: pathOf('connections', id, 'runs'),
    member: 'runs',
    query: {
      kind: textOf(given, 'kind'),
      state: textOf(given, 'state'),
      from: textOf(given, 'from'),
      to: textOf(given, 'to'),
    },
  };
  const shown = { schema: runSchema, columns: RUN_COLUMNS, none: 'There are no such runs.' };
  await giveList(context, { given, ...wanted }, shown);
  return EXIT.fine;
}

async function show({ api, out }: Context, given: Given): Promise<ExitCode> {
  const [id, runId] = wordsOf(given);
  const answer = await api.get(pathOf('connections', id, 'runs', runId));
  out.show(answer, () => runLines(answerOf(runSchema, answer)));
  return EXIT.fine;
}
