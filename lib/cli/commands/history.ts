import type { Command, Context, Given } from '../command.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { giveList, HOW_GIVEN } from '../give-list.ts';
import { wordsOf } from '../given.ts';
import { pathOf } from '../http/paths.ts';
import { countOf, timeText } from '../text/figures.ts';
import { type EntryView, entrySchema } from '../views.ts';

/** What happened to an object. */
export const HISTORY_COMMANDS: readonly Command[] = [
  {
    name: 'history',
    summary: 'What happened to one object, and why, newest first',
    takes: ['CONNECTION', 'OBJECT'],
    options: HOW_GIVEN,
    run: history,
  },
];

async function history(context: Context, given: Given): Promise<ExitCode> {
  const [id, objectId] = wordsOf(given);
  const wanted = {
    path: pathOf('connections', id, 'objects', objectId, 'history'),
    member: 'history',
  };
  await giveList(
    context,
    { given, ...wanted },
    {
      schema: entrySchema,
      none: 'Nothing is known of such an object.',
      columns: [
        { title: 'at', of: ({ at }) => timeText(at), isWhole: true },
        { title: 'cause', of: ({ cause }) => cause },
        { title: 'what', of: ({ facts }) => facts.map(factText).join('; ') },
        { title: 'run', of: ({ runId }) => runId },
        { title: 'by', of: ({ by }) => by },
      ],
    },
  );
  return EXIT.fine;
}

function factText(fact: EntryView['facts'][number]): string {
  const { did, attributes = [], entitlements = [], ids = [], reason, detail } = fact;
  const named = [...attributes, ...entitlements].join(', ');
  const others = ids.length === 0 ? '' : countOf(ids.length, 'object');
  return [did, named, others, reason, detail].filter(Boolean).join(' ');
}
