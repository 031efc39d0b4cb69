import type { Command, Context, Given } from '../command.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { giveList, HOW_GIVEN } from '../give-list.ts';
import { textOf, wordsOf } from '../given.ts';
import { pathOf } from '../http/paths.ts';
import { timeText } from '../text/figures.ts';
import { failureSchema } from '../views.ts';

/** What could not be brought in step. */
export const FAILURE_COMMANDS: readonly Command[] = [
  {
    name: 'failures list',
    short: 'failures',
    summary: 'Objects that could not be brought in step, why, and the next try',
    takes: ['CONNECTION'],
    options: { reason: { value: 'REASON', help: 'only those for one reason' }, ...HOW_GIVEN },
    run: list,
  },
  {
    name: 'failures retry',
    summary: 'Tries one again now',
    takes: ['CONNECTION', 'OBJECT'],
    options: {},
    run: retry,
  },
];

async function list(context: Context, given: Given): Promise<ExitCode> {
  const [id] = wordsOf(given);
  const wanted = {
    path: pathOf('connections', id, 'failures'),
    member: 'failures',
    query: { reason: textOf(given, 'reason') },
  };
  await giveList(
    context,
    { given, ...wanted },
    {
      schema: failureSchema,
      none: 'Nothing has failed.',
      columns: [
        { title: 'object', of: ({ id: objectId }) => objectId, isWhole: true },
        { title: 'kind', of: ({ kind }) => kind },
        { title: 'name', of: ({ name }) => name },
        { title: 'reason', of: ({ reason }) => reason, isWhole: true },
        { title: 'why', of: ({ detail }) => detail },
        { title: 'tries', of: ({ attempts }) => attempts },
        { title: 'since', of: ({ since }) => timeText(since) },
        { title: 'next try', of: ({ nextTry }) => timeText(nextTry) ?? 'not by itself' },
      ],
    },
  );
  return EXIT.fine;
}

async function retry({ api, out }: Context, given: Given): Promise<ExitCode> {
  const [id, objectId] = wordsOf(given);
  const answer = await api.ask('POST', pathOf('connections', id, 'failures', objectId, 'retry'));
  out.show(answer, () => [`${objectId} is tried again: tandem history ${id} ${objectId}`]);
  return EXIT.fine;
}
