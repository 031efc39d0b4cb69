import { z } from 'zod';
import { AppError } from '../errors.ts';
import type { RunFilter } from '../ports/sync-state.ts';
import { isEnded, type Run, runSchema } from '../sync/run.ts';
import { connectionOf } from './connections.ts';
import { type Contract, route } from './contract.ts';
import { spanOf, spanShape } from './history.ts';
import { listingAnswer, listingShape, wantedOf } from './listing.ts';
import type { Call } from './manage.ts';
import { queryOf } from './paging.ts';
import {
  openRunView,
  RUN_COUNTS,
  RUN_EXAMPLE,
  type RunView,
  runView,
  runViewSchema,
} from './run-view.ts';
import type { Column } from './table-text.ts';
import { nextSchema } from './views.ts';

const querySchema = z.object({
  ...listingShape,
  ...spanShape,
  after: z
    .string()
    .regex(/^[\w-]{1,64}$/)
    .optional(),
  kind: runSchema.shape.kind.optional(),
  state: runSchema.shape.state.optional(),
});

const listContract = {
  operation: 'listRuns',
  summary: 'Runs, newest first: all, or of one kind, in one state, begun in some time',
  query: querySchema,
  answers: {
    200: {
      description: 'A page of runs; the open one is the first',
      body: z.strictObject({ runs: z.array(runViewSchema), next: nextSchema }),
      example: { runs: [RUN_EXAMPLE] },
      files: true,
    },
  },
} satisfies Contract;

/** Runs, newest first: all of them, or of one kind, in one state, begun in some time. */
export const listRuns = route(listContract)(async (call) => {
  const { id } = await connectionOf(call);
  const wanted = wantedOf(call);
  const span = spanOf(call);
  const query = querySchema.safeParse(queryOf(call));
  if (!query.success)
    throw new AppError('bad-request', 'kind, state: as runs have them; after: the last run id');
  const { after, kind, state } = query.data;
  const which = { ...(kind && { kind }), ...(state && { state }), ...span.during };
  const asked = { ...(kind && { kind }), ...(state && { state }), ...span.query };
  return listingAnswer(call, wanted, {
    name: 'runs',
    after,
    query: asked,
    read: async (page) => {
      const open = page.after === undefined ? await openRun(call, id) : undefined;
      const { runs, next } = await call.services.runs.list(id, { ...page, which });
      const ended = runs.filter((run) => run.id !== open?.id).map((run) => runView(run));
      const isMeant = open !== undefined && isOf(open, which);
      const first = isMeant ? [openRunView(open, await call.services.lanes.read(id))] : [];
      return { items: [...first, ...ended], next };
    },
    lines: (run) => [run],
    columns: COLUMNS,
    page: (runs, more) => ({ runs: [...runs], ...more }),
  });
});

function isOf({ kind, state, startedAt }: Run, which: RunFilter): boolean {
  const at = Date.parse(startedAt);
  const isInTime = at >= (which.from ?? at) && at < (which.to ?? at + 1);
  return isInTime && (which.kind ?? kind) === kind && (which.state ?? state) === state;
}

const COLUMNS: readonly Column<RunView>[] = [
  ['id', ({ id }) => id],
  ['kind', ({ kind }) => kind],
  ['state', ({ state }) => state],
  ['startedAt', ({ startedAt }) => startedAt],
  ['endedAt', ({ endedAt }) => endedAt],
  ['seconds', ({ seconds }) => seconds],
  ...RUN_COUNTS.map(([kind, counted]): Column<RunView> => {
    return [`${kind}.${counted}`, ({ counters }) => counters[kind][counted]];
  }),
];

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
