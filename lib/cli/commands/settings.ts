import type { Command, Context, Given } from '../command.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { textOf, usage, wordsOf } from '../given.ts';
import { answerOf } from '../http/answer-of.ts';
import { pathOf } from '../http/paths.ts';
import { readJsonFile } from '../read-json-file.ts';
import { importedSchema } from '../views.ts';

/** The settings of a connection as one document, without secrets. */
export const SETTINGS_COMMANDS: readonly Command[] = [
  {
    name: 'settings export',
    short: 'settings',
    summary: 'The settings of a connection as JSON, without secrets',
    takes: ['CONNECTION'],
    options: {},
    run: exportSettings,
  },
  {
    name: 'settings import',
    summary: 'Puts exported settings in the place of those of a connection; the switch stays',
    takes: ['CONNECTION'],
    options: {
      file: { value: 'FILE', help: 'what settings export wrote; "-" = standard input' },
      plan: { value: 'PLAN', help: 'a preview by its rules, where they turn an export on' },
      new: { help: 'make a connection of this id, which is off' },
    },
    more: ['Secrets are not in it: the answer says which are to be entered.'],
    run: importSettings,
  },
];

async function exportSettings({ api, out }: Context, given: Given): Promise<ExitCode> {
  const [id] = wordsOf(given);
  const document = await api.get(pathOf('connections', id, 'settings'));
  out.show(document, () => JSON.stringify(document, null, 2).split('\n'));
  return EXIT.fine;
}

async function importSettings(context: Context, given: Given): Promise<ExitCode> {
  const { api, out } = context;
  const [id] = wordsOf(given);
  const file = textOf(given, 'file');
  if (file === undefined) throw usage('Say where the settings are: --file.', []);
  const plan = textOf(given, 'plan');
  const isNew = given.flags.has('new');
  if (isNew && plan !== undefined) throw usage('A new connection is off: it takes no --plan.', []);
  const document = await readJsonFile(context, file);
  const path = pathOf('connections', id, 'settings');
  const answer = isNew
    ? await api.ask('POST', path, document)
    : await api.replace(plan === undefined ? path : `${path}?plan=${encodeURIComponent(plan)}`, {
        body: document,
        as: path,
      });
  out.show(answer, () => {
    const { lacking } = answerOf(importedSchema, answer);
    const entered = lacking.map(({ credential, next }) => `To be entered: ${credential}: ${next}`);
    return [`The settings of ${id} are imported.`, ...entered];
  });
  return EXIT.fine;
}
