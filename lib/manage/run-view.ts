import { z } from 'zod';
import type { Lane } from '../ports/lanes.ts';
import { addCounters, type Counted, type CountedKind, type Counters } from '../sync/counters.ts';
import { type Run, runCounters, runSchema } from '../sync/run.ts';
import { countSchema, EXAMPLE, timeSchema } from './views.ts';

const countsSchema = z.strictObject({
  read: countSchema,
  created: countSchema,
  updated: countSchema,
  exported: countSchema,
  disabledInEntra: countSchema,
  deletedInEntra: countSchema,
  deactivated: countSchema,
  deleted: countSchema,
  skipped: countSchema,
  failed: countSchema,
});
type Counts = z.infer<typeof countsSchema>;
const KINDS = ['users', 'groups', 'memberships'] satisfies CountedKind[];

/** A run as administrators see it. */
export const runViewSchema = z.strictObject({
  id: z.string(),
  kind: runSchema.shape.kind,
  state: runSchema.shape.state,
  startedAt: timeSchema,
  /** Of a run that is open: what it is at, and whether it is still reading for that. */
  phase: runSchema.shape.phase.optional(),
  reading: z.boolean().optional(),
  /** Of one that has ended. */
  endedAt: timeSchema.optional(),
  seconds: z.number().optional(),
  counters: z.strictObject({
    users: countsSchema,
    groups: countsSchema,
    memberships: countsSchema,
  }),
});
export type RunView = z.infer<typeof runViewSchema>;

/** A run as administrators see it; an ended one by the lanes' reports. */
export function runView(run: Run, counters: Counters = runCounters(run)): RunView {
  const { id, kind, state, phase, startedAt, endedAt } = run;
  return {
    id,
    kind,
    state,
    startedAt,
    ...(endedAt === undefined
      ? { phase, reading: run.reading }
      : { endedAt, seconds: (Date.parse(endedAt) - Date.parse(startedAt)) / 1_000 }),
    counters: {
      users: countsOf(counters, 'users'),
      groups: countsOf(counters, 'groups'),
      memberships: countsOf(counters, 'memberships'),
    },
  };
}

/** Every count of a run: of which kind, and what. */
export const RUN_COUNTS = KINDS.flatMap((kind) =>
  countsSchema.keyof().options.map((counted) => [kind, counted] as const),
);

/** An open run with what its lanes have counted so far. */
export function openRunView(run: Run, lanes: readonly Lane[]): RunView {
  const own = lanes.filter((lane) => lane.runId === run.id);
  return runView(
    run,
    own.reduce<Counters>((sum, lane) => addCounters(sum, lane.counters), {}),
  );
}

function countsOf(counters: Counters, kind: CountedKind): Counts {
  const of = (counted: Counted) => counters[`${kind}.${counted}`] ?? 0;
  return {
    read: of('read'),
    created: of('created'),
    updated: of('updated'),
    exported: of('exported'),
    disabledInEntra: of('disabledInEntra'),
    deletedInEntra: of('deletedInEntra'),
    deactivated: of('deactivated'),
    deleted: of('deleted'),
    skipped: of('skipped'),
    failed: of('failed'),
  };
}

const NOTHING: Counts = countsOf({}, 'users');

export const RUN_EXAMPLE: RunView = {
  id: EXAMPLE.runId,
  kind: 'incremental',
  state: 'completed',
  startedAt: EXAMPLE.at,
  endedAt: EXAMPLE.later,
  seconds: 4.5,
  counters: { users: { ...NOTHING, read: 1, updated: 1 }, groups: NOTHING, memberships: NOTHING },
};
