import { expect, it } from 'vitest';
import { alertOfEntraError } from '../../../../lib/sync/alerts/alert-of-error.ts';
import { alertText } from '../../../../lib/sync/alerts/alert-text.ts';
import { alertOfConflicts, alertsOfRun } from '../../../../lib/sync/alerts/alerts-of-run.ts';
import type { Counters } from '../../../../lib/sync/counters.ts';
import { NO_LOSSES } from '../../../../lib/sync/losses.ts';
import { newRunId, openRun, type Run } from '../../../../lib/sync/run.ts';

const AT = Date.UTC(2026, 1, 1);
const id = newRunId(AT);

function ended(counters: Counters, more: Partial<Run> = {}, users = 0): Run {
  const run = openRun({ id, kind: 'incremental', startedAt: new Date(AT).toISOString() });
  const tick = {
    runId: id,
    step: 0,
    phase: 'changes' as const,
    counters,
    wakes: 0,
    removals: 0,
    losses: { ...NO_LOSSES, users },
    done: NO_LOSSES,
    gap: false,
    at: AT,
  };
  return { ...run, state: 'completed', ticks: { 3: tick, 4: tick }, ...more };
}

const told = (run: Run) => alertsOfRun(run).map(({ kind, audience, to }) => [kind, audience, to]);

it.each<[string, Run, unknown[]]>([
  ['without changes', ended({ 'users.read': 3, 'users.updated': 2 }), []],
  [
    'without changes, that somebody asked for',
    ended({ 'users.updated': 2 }, { by: 'me' }),
    [['run-done', 'starter', 'me']],
  ],
  ['that created something', ended({ 'users.created': 1 }), [['run-changed', 'all', undefined]]],
  [
    'that somebody asked for, and that failed something',
    ended({ 'groups.failed': 1 }, { by: 'me' }),
    [['run-changed', 'all', 'me']],
  ],
  ['that is incomplete', ended({}, { state: 'incomplete' }), [['run-failed', 'all', undefined]]],
  ['with held removals', ended({}, { hold: ['users'] }, 3), [['removals-held', 'all', undefined]]],
  ['with many conflicts', ended({ 'users.conflicted': 5 }), [['conflict-burst', 'all', undefined]]],
  ['with few conflicts', ended({ 'users.conflicted': 4 }), []],
])('of a run %s', (_, run, expected) => {
  expect(told(run)).toEqual(expected);
});

it('counts what happened, and begins when the run did, whenever it is told', () => {
  const [alert] = alertsOfRun(ended({ 'users.created': 1, 'users.read': 5 }));
  expect(alert).toMatchObject({ at: AT, subject: id, runId: id, counts: { 'users.created': 2 } });
  const [held] = alertsOfRun(ended({}, { hold: ['users'] }, 3));
  expect(held?.counts).toEqual({ users: 6 });
});

it('conflicts outside of runs are told as well', () => {
  expect(alertOfConflicts(id, 9)).toBeUndefined();
  expect(alertOfConflicts(id, 10)).toMatchObject({ kind: 'conflict-burst', at: AT });
});

it.each([
  ['credential-refused', 0, 'credential-failing'],
  ['access-denied', 0, 'credential-failing'],
  ['unavailable', 9, undefined],
  ['unavailable', 10, 'side-unavailable'],
  ['throttled', 30, 'side-unavailable'],
  ['checkpoint-expired', 30, undefined],
] as const)('of Entra, %s after %s minutes: %s', (code, minutes, kind) => {
  const alert = alertOfEntraError({ code, since: AT }, AT + minutes * 60_000);
  expect(alert?.kind).toBe(kind);
  if (alert) expect(alert).toMatchObject({ at: AT, subject: 'entra', reason: code });
});

it('says in words what happened and what to do', () => {
  const [alert] = alertsOfRun(ended({ 'users.created': 1 }));
  expect(alert && alertText(alert)).toEqual({
    title: 'A run has changed something',
    what: `Run ${id}. users.created: 2.`,
    todo: 'Nothing, unless something failed: failures are tried again by themselves.',
  });
});
