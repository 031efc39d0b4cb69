import type { Command, Context, Given } from '../command.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { LIMIT, limitOf, textOf, wordsOf } from '../given.ts';
import { answerOf } from '../http/answer-of.ts';
import { pathOf } from '../http/paths.ts';
import { judgedOf } from '../judged-of.ts';
import { showList } from '../show-list.ts';
import { NO_WAIT, showRunEnded } from '../show-run.ts';
import { timeText } from '../text/figures.ts';
import { type HeldView, heldSchema, verdictSchema } from '../views.ts';

const KINDS = ['users', 'groups', 'memberships', 'entitlements', 'attributes'];

const JUDGED = {
  all: { help: 'all that is held' },
  kind: { value: 'KIND', oneOf: KINDS, several: true, help: 'all of a kind' },
  membership: { value: 'GROUP:MEMBER', several: true, help: 'a membership, by two object ids' },
  leaving: {
    value: 'USERS',
    oneOf: ['keep', 'deactivate', 'delete'],
    help: 'the removal of the connection itself, by what becomes of its users',
  },
  ...NO_WAIT,
} as const;

/** Removals that the guard holds. */
export const HELD_COMMANDS: readonly Command[] = [
  {
    name: 'held list',
    short: 'held',
    summary: 'Removals that the guard holds, with their evidence',
    takes: ['CONNECTION'],
    options: { kind: { value: 'KIND', oneOf: KINDS, help: 'only those of a kind' }, ...LIMIT },
    run: list,
  },
  {
    name: 'held approve',
    summary: 'Approves removals, and waits until they are carried out',
    takes: ['CONNECTION', '[OBJECT…]'],
    options: JUDGED,
    run: (context, given) => judge(context, given, 'approve'),
  },
  {
    name: 'held reject',
    summary: 'Rejects removals',
    takes: ['CONNECTION', '[OBJECT…]'],
    options: JUDGED,
    run: (context, given) => judge(context, given, 'reject'),
  },
];

async function list(context: Context, given: Given): Promise<ExitCode> {
  const [id] = wordsOf(given);
  const wanted = {
    path: pathOf('connections', id, 'held'),
    member: 'held',
    query: { kind: textOf(given, 'kind') },
    limit: limitOf(given),
  };
  await showList(context, wanted, {
    schema: heldSchema,
    none: 'Nothing is held.',
    columns: [
      { title: 'kind', of: ({ kind }) => kind },
      { title: 'removal', of: ({ action }) => action },
      { title: 'object', of: objectText, isWhole: true },
      { title: 'name', of: ({ name }) => name },
      { title: 'evidence', of: ({ evidence }) => evidence },
      { title: 'since', of: ({ since }) => timeText(since) },
    ],
  });
  return EXIT.fine;
}

/** As the commands that judge take it. */
function objectText({ id, groupId, memberId, userId, managerId }: HeldView): string {
  return id ?? (groupId === undefined ? `${userId}:${managerId}` : `${groupId}:${memberId}`);
}

async function judge(
  context: Context,
  given: Given,
  verdict: 'approve' | 'reject',
): Promise<ExitCode> {
  const { api, out } = context;
  const [connectionId] = wordsOf(given);
  const body = judgedOf(given);
  const answer = await api.ask('POST', pathOf('connections', connectionId, 'held', verdict), body);
  const { runId } = answerOf(verdictSchema, answer);
  if (runId !== undefined && !given.flags.has('no-wait'))
    return showRunEnded(context, { connectionId, runId });
  out.show(answer, () => [
    runId === undefined
      ? `It is noted: ${verdict}.`
      : `It is carried out in a run: tandem runs show ${connectionId} ${runId}`,
  ]);
  return EXIT.fine;
}
