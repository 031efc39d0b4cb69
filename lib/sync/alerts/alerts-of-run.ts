import type { Counters } from '../counters.ts';
import { isPartial, type Run, runCounters, runLosses, timeOfRun } from '../run.ts';
import type { Alert } from './alert.ts';

/** So many objects of which both sides changed the same in one run are no accident. */
const BURST = 10;

/** What of a run is worth telling. */
const CHANGED = (['users', 'groups'] as const).flatMap((kind) =>
  (['created', 'deactivated', 'deleted', 'failed'] as const).map(
    (counted) => `${kind}.${counted}` as const,
  ),
);

/**
 * What is told of a run that has ended.
 *
 * | the run | is told |
 * | --- | --- |
 * | ended incomplete, though all could be read | to all |
 * | created, deactivated, deleted or failed users or groups | to all |
 * | did neither, and somebody had asked for it | to whoever did |
 * | did neither | to nobody |
 *
 * What the guard holds, and a burst of conflicts, are told beside.
 */
export function alertsOfRun(run: Run): Alert[] {
  const { id, by } = run;
  const counters = runCounters(run);
  const base = { at: timeOfRun(id), subject: id, runId: id, ...(by !== undefined && { to: by }) };
  const toAll = { ...base, audience: 'all' as const };
  const counts = notable(counters);
  const conflicts = (counters['users.conflicted'] ?? 0) + (counters['groups.conflicted'] ?? 0);
  const held = heldIn(run);
  return [
    ...endOf(run, counters).map((kind): Alert => {
      const audience = kind === 'run-done' ? 'starter' : 'all';
      return { ...base, kind, audience, counts };
    }),
    ...(held ? [{ ...toAll, kind: 'removals-held' as const, counts: held }] : []),
    ...(conflicts >= BURST ? [{ ...toAll, ...burstOf(conflicts) }] : []),
  ];
}

/** What is told of conflicts outside of runs: as of those of a run. */
export function alertOfConflicts(id: string, conflicts: number): Alert | undefined {
  if (conflicts < BURST) return undefined;
  return { at: timeOfRun(id), subject: id, audience: 'all', ...burstOf(conflicts) };
}

function burstOf(conflicts: number): Pick<Alert, 'kind' | 'counts'> {
  return { kind: 'conflict-burst', counts: { conflicts } };
}

function endOf(run: Run, counters: Counters): Alert['kind'][] {
  // Of what is refused the credential's alert tells.
  if (run.state === 'incomplete' && !isPartial(run)) return ['run-failed'];
  if (CHANGED.some((name) => (counters[name] ?? 0) > 0)) return ['run-changed'];
  return run.by === undefined ? [] : ['run-done'];
}

function notable(counters: Counters): Record<string, number> {
  const told = Object.entries(counters).filter(([name]) => !name.endsWith('.read'));
  return Object.fromEntries(told.filter(([, count]) => count > 0));
}

function heldIn(run: Run): Record<string, number> | undefined {
  if (run.hold.length === 0) return undefined;
  const losses = runLosses(run);
  return Object.fromEntries(run.hold.map((kind) => [kind, losses[kind]]));
}
