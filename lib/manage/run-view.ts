import type { Lane } from '../ports/lanes.ts';
import { addCounters, type Counted, type CountedKind, type Counters } from '../sync/counters.ts';
import { type Run, runCounters } from '../sync/run.ts';

const KINDS = ['users', 'groups', 'memberships'] satisfies CountedKind[];
const COUNTED = [
  'read',
  'created',
  'updated',
  'exported',
  'disabledInEntra',
  'deletedInEntra',
  'deactivated',
  'deleted',
  'skipped',
  'failed',
] satisfies Counted[];

/** A run as administrators see it; an ended one by the lanes' reports. */
export function runView(run: Run, counters: Counters = runCounters(run)) {
  const { id, kind, state, phase, startedAt, endedAt } = run;
  const seconds = endedAt && (Date.parse(endedAt) - Date.parse(startedAt)) / 1_000;
  return {
    id,
    kind,
    state,
    startedAt,
    ...(endedAt === undefined ? { phase, reading: run.reading } : { endedAt, seconds }),
    counters: nested(counters),
  };
}

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
    KINDS.map((kind) => [
      kind,
      Object.fromEntries(COUNTED.map((counted) => [counted, counters[`${kind}.${counted}`] ?? 0])),
    ]),
  );
}
