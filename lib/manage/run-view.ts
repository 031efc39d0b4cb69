import type { Lane } from '../ports/lanes.ts';
import { addCounters, type Counted, type CountedKind, type Counters } from '../sync/counters.ts';
import { type Run, runCounters } from '../sync/run.ts';

const KINDS = ['users', 'groups', 'memberships'] satisfies CountedKind[];
const COUNTED = [
  'read',
  'created',
  'updated',
  'deactivated',
  'deleted',
  'skipped',
  'failed',
] satisfies Counted[];

/** A run as administrators see it; an ended one by the lanes' reports. */
export function runView(run: Run, counters: Counters = runCounters(run)) {
  const { id, kind, state, phase, startedAt, endedAt } = run;
  const seconds =
    endedAt === undefined ? undefined : (Date.parse(endedAt) - Date.parse(startedAt)) / 1_000;
  return {
    id,
    kind,
    state,
    startedAt,
    endedAt,
    seconds,
    ...(endedAt === undefined && { phase, reading: run.reading }),
    counters: nested(counters),
  };
}

/** Every count of a run, as {@link runView} names them. */
export const RUN_COUNTS = KINDS.flatMap((kind) =>
  COUNTED.map((counted) => [kind, counted] as const),
);

/** An open run with what its lanes have counted so far. */
export function openRunView(run: Run, lanes: readonly Lane[]) {
  const own = lanes.filter((lane) => lane.runId === run.id);
  return runView(
    run,
    own.reduce<Counters>((sum, lane) => addCounters(sum, lane.counters), {}),
  );
}

function nested(counters: Counters) {
  return Object.fromEntries(
    KINDS.map((kind): [string, Record<string, number>] => [
      kind,
      Object.fromEntries(COUNTED.map((counted) => [counted, counters[`${kind}.${counted}`] ?? 0])),
    ]),
  );
}
