import { z } from 'zod';
import { AppError } from '../errors.ts';
import type { Run } from '../sync/run.ts';
import { isEnded } from '../sync/run.ts';
import { connectionOf } from './connections.ts';
import { type Contract, route } from './contract.ts';
import type { Call } from './manage.ts';
import { sizeSchema } from './paging.ts';
import { openRunView, RUN_EXAMPLE, runView, runViewSchema } from './run-view.ts';
import { nextSchema } from './views.ts';

const pageSchema = z.object({
  size: sizeSchema,
  after: z
    .string()
    .regex(/^[\w-]{1,64}$/)
    .optional(),
});

const listContract = {
  operation: 'listRuns',
  summary: 'Runs, newest first',
  query: pageSchema,
  answers: {
    200: {
      description: 'A page of runs; the open one is the first',
      body: z.strictObject({ runs: z.array(runViewSchema), next: nextSchema }),
      example: { runs: [RUN_EXAMPLE] },
    },
  },
} satisfies Contract;

/** Runs, newest first; `next` is the address of the following page. */
export const listRuns = route(listContract)(async (call) => {
  const { id } = await connectionOf(call);
  const query = pageSchema.safeParse(Object.fromEntries(new URL(call.request.url).searchParams));
  if (!query.success)
    throw new AppError('bad-request', 'size: 1 to 200; after: the last run id of the page before');
  const { size, after } = query.data;
  const open = after === undefined ? await openRun(call, id) : undefined;
  const page = { size, ...(after !== undefined && { after }) };
  const { runs, next } = await call.services.runs.list(id, page);
  const views = runs.filter((run) => run.id !== open?.id).map((run) => runView(run));
  const first = open ? [openRunView(open, await call.services.lanes.read(id))] : [];
  const more = next && {
    next: `/manage/connections/${id}/runs?size=${size}&after=${encodeURIComponent(next)}`,
  };
  return { status: 200, jsonBody: { runs: [...first, ...views], ...more } };
});

const showContract = {
  operation: 'showRun',
  summary: 'A run, open or ended',
  answers: {
    200: { description: 'The run', body: runViewSchema, example: RUN_EXAMPLE },
  },
} satisfies Contract;

export const showRun = route(showContract)(async (call) => {
  const { id } = await connectionOf(call);
  const runId = call.params.runId ?? '';
  if (!/^[\w-]{1,64}$/.test(runId)) throw new AppError('not-found', 'there is no such run');
  const open = await openRun(call, id);
  if (open?.id === runId) {
    const lanes = await call.services.lanes.read(id);
    return { status: 200, jsonBody: openRunView(open, lanes) };
  }
  const run = await call.services.runs.get(id, runId);
  if (!run) throw new AppError('not-found', 'there is no such run, or it has not begun yet');
  return { status: 200, jsonBody: runView(run) };
});

async function openRun({ services }: Call, connectionId: string): Promise<Run | undefined> {
  const { run } = await services.checkpoints.load(connectionId);
  return run && !isEnded(run) ? run : undefined;
}
