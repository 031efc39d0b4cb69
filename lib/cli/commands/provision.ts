import type { Command, Context, Given } from '../command.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { textOf, usage, wordsOf } from '../given.ts';
import { answerOf } from '../http/answer-of.ts';
import { pathOf } from '../http/paths.ts';
import { type Column, tableLines } from '../text/table.ts';
import { provisionedSchema, type StepView } from '../views.ts';

/** One object, now. */
export const PROVISION_COMMANDS: readonly Command[] = [
  {
    name: 'provision',
    summary: 'Brings one user or group in step now, and tells every step',
    takes: ['CONNECTION'],
    options: {
      user: { value: 'USER', help: 'object id or userPrincipalName' },
      group: { value: 'GROUP', help: 'object id or exact name' },
      'dry-run': { help: 'only tell what would be done' },
    },
    more: [
      'Exit code 1 where it failed, 5 where the guard holds something or it is still under way.',
    ],
    run: provision,
  },
];

async function provision({ api, out }: Context, given: Given): Promise<ExitCode> {
  const [id] = wordsOf(given);
  const [user, group] = [textOf(given, 'user'), textOf(given, 'group')];
  if ((user === undefined) === (group === undefined)) throw usage('Name one: --user, or --group.');
  const answer = await api.ask('POST', pathOf('connections', id, 'provision'), {
    ...(user === undefined ? { group } : { user }),
    dryRun: given.flags.has('dry-run'),
  });
  const { dryRun, steps } = answerOf(provisionedSchema, answer);
  out.show(answer, () => tableLines(COLUMNS, steps, out.width));
  return dryRun ? EXIT.fine : codeOf(steps);
}

const COLUMNS: readonly Column<StepView>[] = [
  { title: 'step', of: ({ step }) => step },
  { title: 'ok', of: ({ ok }) => (ok ? 'yes' : 'no') },
  { title: 'what', of: ({ is, action, state, kind }) => state ?? action ?? is ?? kind },
  { title: 'detail', of: detailOf },
];

function detailOf({ detail, reason, name, fault, attributes, targets }: StepView): string {
  const changed = attributes?.map(({ attribute }) => attribute).join(', ');
  const mapped = targets && `${targets.length} attributes`;
  return [name, detail ?? reason, fault, changed, mapped].filter(Boolean).join('; ');
}

function codeOf(steps: readonly StepView[]): ExitCode {
  const state = steps.find(({ step }) => step === 'result')?.state;
  if (state === 'held' || state === 'pending') return EXIT.unfinished;
  const isFailed = state === 'failed' || steps.some(({ step, ok }) => step === 'mapping' && !ok);
  return isFailed ? EXIT.refused : EXIT.fine;
}
