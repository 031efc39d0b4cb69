import { z } from 'zod';
import type { Command, Context, Given } from '../command.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { giveList, HOW_GIVEN } from '../give-list.ts';
import { textOf, usage } from '../given.ts';
import { answerOf } from '../http/answer-of.ts';
import { pathOf } from '../http/paths.ts';
import { readPages } from '../http/read-pages.ts';
import { countOf, timeText } from '../text/figures.ts';
import { alertSchema } from '../views.ts';

const WHICH = {
  connection: { value: 'CONNECTION', help: 'only those of one connection' },
  kind: { value: 'KIND', help: 'only those of a kind: removals-held, run-failed …' },
} as const;

/** As many are marked at once (POST /manage/alerts/read). */
const MARKED_AT_ONCE = 200;

/** The inbox. */
export const ALERT_COMMANDS: readonly Command[] = [
  {
    name: 'alerts list',
    short: 'alerts',
    summary: 'The inbox of whoever asks, newest first',
    takes: [],
    options: { ...WHICH, unread: { help: 'only what was not read' }, ...HOW_GIVEN },
    run: list,
  },
  {
    name: 'alerts read',
    summary: 'Marks alerts as read by whoever asks',
    takes: ['[ALERT…]'],
    options: { all: { help: 'all that were not read' }, ...WHICH },
    run: read,
  },
];

async function list(context: Context, given: Given): Promise<ExitCode> {
  const unread = given.flags.has('unread') ? 'true' : undefined;
  await giveList(
    context,
    { given, ...wantedOf(given, unread) },
    {
      schema: alertSchema,
      none: 'There are no alerts.',
      columns: [
        { title: 'at', of: ({ at }) => timeText(at), isWhole: true },
        { title: 'connection', of: ({ connectionId }) => connectionId },
        { title: 'kind', of: ({ kind }) => kind },
        { title: 'what', of: ({ title, what }) => `${title}. ${what}` },
        { title: 'read', of: (alert) => (alert.read ? 'yes' : 'no') },
        { title: 'alert', of: ({ id }) => id },
      ],
    },
  );
  return EXIT.fine;
}

function wantedOf(given: Given, unread: 'true' | undefined) {
  const [connection, kind] = [textOf(given, 'connection'), textOf(given, 'kind')];
  return { path: pathOf('alerts'), member: 'alerts', query: { connection, kind, unread } };
}

async function read(context: Context, given: Given): Promise<ExitCode> {
  const { api, out } = context;
  const ids = await idsOf(context, given);
  for (let at = 0; at < ids.length; at += MARKED_AT_ONCE)
    await api.ask('POST', pathOf('alerts', 'read'), { ids: ids.slice(at, at + MARKED_AT_ONCE) });
  out.show({ ids, read: true }, () => [`${countOf(ids.length, 'alert')} marked as read.`]);
  return EXIT.fine;
}

async function idsOf({ api }: Context, given: Given): Promise<readonly string[]> {
  const isAll = given.flags.has('all');
  if (isAll === given.words.length > 0) throw usage('Name alerts, or all of them: --all.');
  if (!isAll) return given.words;
  const wanted = { ...wantedOf(given, 'true'), limit: Number.POSITIVE_INFINITY };
  const { items } = await readPages(api, wanted);
  return answerOf(z.array(alertSchema), items).map(({ id }) => id);
}
