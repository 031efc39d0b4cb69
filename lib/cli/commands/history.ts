import type { Command, Context, Given } from '../command.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { giveList, HOW_GIVEN } from '../give-list.ts';
import { textOf, wordsOf } from '../given.ts';
import { pathOf } from '../http/paths.ts';
import { countOf, timeText } from '../text/figures.ts';
import type { Column } from '../text/table.ts';
import { type EntryView, entrySchema } from '../views.ts';

/** What happened to one object, or to all. */
export const HISTORY_COMMANDS: readonly Command[] = [
  {
    name: 'history',
    summary: 'What happened to one object, and why, newest first',
    takes: ['CONNECTION', 'OBJECT'],
    options: HOW_GIVEN,
    run: history,
  },
  {
    name: 'audit',
    summary: 'What happened to all objects, object by object',
    takes: ['CONNECTION'],
    options: {
      from: { value: 'TIME', help: 'from then on: 2026-01-31T00:00:00Z' },
      to: { value: 'TIME', help: 'before then' },
      ...HOW_GIVEN,
    },
    run: audit,
  },
];

const AT: Column<EntryView> = { title: 'at', of: ({ at }) => timeText(at), isWhole: true };

const COLUMNS: readonly Column<EntryView>[] = [
  { title: 'cause', of: ({ cause }) => cause },
  { title: 'what', of: ({ facts }) => facts.map(factText).join('; ') },
  { title: 'run', of: ({ runId }) => runId },
  { title: 'by', of: ({ by }) => by },
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
      columns: [AT, ...COLUMNS],
    },
  );
  return EXIT.fine;
}

async function audit(context: Context, given: Given): Promise<ExitCode> {
  const [id] = wordsOf(given);
  const wanted = {
    path: pathOf('connections', id, 'audit'),
    member: 'audit',
    query: { from: textOf(given, 'from'), to: textOf(given, 'to') },
  };
  await giveList(
    context,
    { given, ...wanted },
    {
      schema: entrySchema,
      none: 'Nothing has happened, as far as is kept.',
      columns: [
        AT,
        { title: 'object', of: ({ objectId }) => objectId, isWhole: true },
        { title: 'kind', of: ({ kind }) => kind },
        ...COLUMNS,
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
