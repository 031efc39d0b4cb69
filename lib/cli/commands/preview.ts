import type { Command, Context, Given } from '../command.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { followPlan } from '../follow-plan.ts';
import { LIMIT, limitOf, textOf, wordsOf } from '../given.ts';
import { answerOf } from '../http/answer-of.ts';
import { pathOf } from '../http/paths.ts';
import { planLines } from '../plan-text.ts';
import { readJsonFile } from '../read-json-file.ts';
import { showList } from '../show-list.ts';
import { NO_WAIT } from '../show-run.ts';
import { beganSchema, type PlannedView, plannedSchema, planSchema } from '../views.ts';

/** What a full run would do, before anything does. */
export const PREVIEW_COMMANDS: readonly Command[] = [
  {
    name: 'preview create',
    short: 'preview',
    summary: 'Works out what a full run would do, and waits until it is known',
    takes: ['CONNECTION'],
    options: {
      rules: { value: 'FILE', help: "by these rules (JSON, docs/rules.md), not the connection's" },
      ...NO_WAIT,
    },
    run: create,
  },
  {
    name: 'preview wait',
    summary: 'Waits until a plan is ready',
    takes: ['CONNECTION', 'PLAN'],
    options: {},
    run: (context, given) => {
      const [connectionId, planId] = wordsOf(given);
      return showPlanEnded(context, connectionId, planId);
    },
  },
  {
    name: 'preview show',
    summary: 'How far a plan is, and what it counts',
    takes: ['CONNECTION', 'PLAN'],
    options: {},
    run: show,
  },
  {
    name: 'preview objects',
    summary: 'What a plan says of each object',
    takes: ['CONNECTION', 'PLAN'],
    options: {
      kind: { value: 'KIND', oneOf: ['user', 'group'], help: 'only users, or groups' },
      decision: { value: 'DECISION', help: 'only those of one decision: create, delete, fail …' },
      ...LIMIT,
    },
    run: objects,
  },
];

async function create(context: Context, given: Given): Promise<ExitCode> {
  const { api, out } = context;
  const [id] = wordsOf(given);
  const file = textOf(given, 'rules');
  const body = file === undefined ? undefined : { rules: await readJsonFile(context, file) };
  const answer = await api.ask('POST', pathOf('connections', id, 'preview'), body);
  const { planId } = answerOf(beganSchema, answer);
  if (!given.flags.has('no-wait')) return showPlanEnded(context, id, planId);
  out.show(answer, () => [`The plan ${planId} is being made: tandem preview wait ${id} ${planId}`]);
  return EXIT.fine;
}

async function showPlanEnded(
  context: Context,
  connectionId: string,
  planId: string,
): Promise<ExitCode> {
  const { out } = context;
  const { plan, answer } = await followPlan(context, connectionId, planId);
  out.show(answer, () => planLines(plan));
  if (plan.state === 'failed') {
    out.note(`The plan could not be made: ${plan.error?.message ?? 'nobody knows why'}.`);
    return EXIT.refused;
  }
  out.note(
    `  tandem preview objects ${connectionId} ${planId}`,
    `  tandem connections enable ${connectionId} --plan ${planId}`,
  );
  return EXIT.fine;
}

async function show({ api, out }: Context, given: Given): Promise<ExitCode> {
  const [id, planId] = wordsOf(given);
  const answer = await api.get(pathOf('connections', id, 'preview', planId));
  out.show(answer, () => planLines(answerOf(planSchema, answer)));
  return EXIT.fine;
}

async function objects(context: Context, given: Given): Promise<ExitCode> {
  const [id, planId] = wordsOf(given);
  const wanted = {
    path: pathOf('connections', id, 'preview', planId, 'objects'),
    member: 'objects',
    query: { kind: textOf(given, 'kind'), decision: textOf(given, 'decision') },
    limit: limitOf(given),
  };
  await showList(context, wanted, {
    schema: plannedSchema,
    none: 'The plan says nothing of such objects.',
    columns: [
      { title: 'kind', of: ({ kind }) => kind },
      { title: 'decision', of: ({ decision }) => decision },
      { title: 'name', of: ({ name }) => name },
      { title: 'id', of: ({ id: objectId }) => objectId, isWhole: true },
      { title: 'why', of: ({ reason, rule }) => reason ?? rule },
      { title: 'changes', of: changesText },
    ],
  });
  return EXIT.fine;
}

function changesText({ changes }: PlannedView): string {
  return changes.map(({ attribute }) => attribute).join(', ');
}
