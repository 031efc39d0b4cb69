import { describe, expect, it } from 'vitest';
import { NO_LOSSES } from '../../../lib/sync/losses.ts';
import {
  askForResync,
  isResyncDue,
  type Resyncs,
  resyncsAfter,
} from '../../../lib/sync/resyncs.ts';
import { openRun, type Run, type RunKind } from '../../../lib/sync/run.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const NOW = 1_000 * DAY;
const resyncs = (more: Partial<Resyncs> = {}): Resyncs => ({
  asked: 0,
  done: 0,
  runId: null,
  by: null,
  failures: 0,
  notBefore: 0,
  lastDoneAt: null,
  ...more,
});

function ended(kind: RunKind, state: Run['state'], more: { gap?: boolean; generation?: number }) {
  const { gap = false, generation } = more;
  const run = openRun({
    id: 'r',
    kind,
    startedAt: '2026-01-02T03:04:05.000Z',
    ...(generation !== undefined && { generation }),
  });
  const tick = { runId: 'r', step: 0, phase: run.phase, counters: {}, wakes: 0, removals: 0, gap };
  return { ...run, state, ticks: { 3: { ...tick, losses: NO_LOSSES, done: NO_LOSSES, at: 1 } } };
}

describe('a resync', () => {
  it.each([
    ['was asked for', resyncs({ asked: 1 }), {}, true],
    ['was done', resyncs({ asked: 1, done: 1 }), {}, false],
    ['waits after an incomplete one', resyncs({ asked: 1, notBefore: NOW + 1 }), {}, false],
    ['is a week old', resyncs({ lastDoneAt: NOW - 7 * DAY - 1 }), {}, true],
    ['is younger', resyncs({ lastDoneAt: NOW - 6 * DAY }), {}, false],
    [
      'is older than its connection wants',
      resyncs({ lastDoneAt: NOW - 2 * DAY }),
      { resyncDays: 1 },
      true,
    ],
    ['is never wanted', resyncs({ lastDoneAt: 0 }), { resyncDays: 0 }, false],
    ['never was: the initial run comes first', resyncs(), {}, false],
  ] as const)('that %s', (_, given, settings, due) => {
    expect(isResyncDue(given, settings, NOW)).toBe(due);
  });

  it('is done when a run ends that began after it was asked for', () => {
    const asked = askForResync(resyncs({ asked: 2, done: 2 }), { runId: 'x', isUrgent: true });
    expect(asked).toMatchObject({ asked: 3, runId: 'x' });
    const before = resyncsAfter(asked, ended('resync', 'completed', { generation: 2 }), NOW);
    expect(isResyncDue(before, {}, NOW)).toBe(true);
    const after = resyncsAfter(asked, ended('resync', 'completed', { generation: 3 }), NOW);
    expect(after).toMatchObject({ done: 3, runId: null, lastDoneAt: NOW });
    expect(isResyncDue(after, {}, NOW)).toBe(false);
  });

  it('follows at once where an incremental run lost a message', () => {
    const after = resyncsAfter(resyncs(), ended('incremental', 'incomplete', { gap: true }), NOW);
    expect(isResyncDue(after, {}, NOW)).toBe(true);
    const nothingLost = ended('incremental', 'incomplete', {});
    expect(isResyncDue(resyncsAfter(resyncs(), nothingLost, NOW), {}, NOW)).toBe(false);
  });

  it('backs off from an hour to a day while full runs end incomplete', () => {
    let state = resyncs({ asked: 1 });
    const pauses: number[] = [];
    for (let failure = 0; failure < 7; failure += 1) {
      state = resyncsAfter(state, ended('resync', 'incomplete', { gap: true, generation: 1 }), NOW);
      pauses.push((state.notBefore - NOW) / HOUR);
      expect(isResyncDue(state, {}, state.notBefore)).toBe(true);
    }
    expect(pauses).toEqual([1, 2, 4, 8, 16, 24, 24]);
    const asked = askForResync(state, { isUrgent: true });
    expect(isResyncDue(asked, {}, NOW)).toBe(true);
    const done = resyncsAfter(
      asked,
      ended('resync', 'completed', { generation: asked.asked }),
      NOW,
    );
    expect(done).toMatchObject({ failures: 0, notBefore: 0 });
  });

  it('is no matter of a run that went well', () => {
    const before = resyncs({ asked: 1, done: 1 });
    expect(resyncsAfter(before, ended('incremental', 'completed', {}), NOW)).toBe(before);
  });
});
