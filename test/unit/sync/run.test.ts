import { describe, expect, it } from 'vitest';
import { NO_LOSSES } from '../../../lib/sync/losses.ts';
import {
  ALL_LANES,
  advance,
  endReading,
  isEnded,
  isPhaseClosed,
  lanesIn,
  newRunId,
  openDecision,
  openRules,
  openRun,
  type Run,
  runCounters,
  type Tick,
} from '../../../lib/sync/run.ts';

const NOW = '2026-01-02T03:04:05.000Z';
const opened = (kind: Run['kind']) => openRun({ id: 'r', kind, startedAt: NOW });
const tick = (run: Run, more: Partial<Tick> = {}): Tick => ({
  runId: run.id,
  step: run.step,
  phase: run.phase,
  counters: {},
  wakes: 0,
  removals: 0,
  losses: NO_LOSSES,
  done: NO_LOSSES,
  at: 1,
  gap: false,
  ...more,
});
const tickAll = (run: Run, more: Partial<Tick> = {}): Run => ({
  ...run,
  ticks: {
    ...run.ticks,
    ...Object.fromEntries(lanesIn(run.lanes).map((lane) => [lane, tick(run, more)])),
  },
});

describe('what is decided by who is in which group', () => {
  const scoped = (kind: 'initial' | 'resync') =>
    endReading(openRun({ id: 'r', kind, startedAt: NOW, isScoped: true }));
  const phases = (run: Run): string[] => {
    const next = advance(tickAll(run), NOW);
    return next.phase === 'users'
      ? phases(endReading(next))
      : isEnded(next)
        ? []
        : [next.phase, ...phases(next)];
  };

  it.each([
    ['an initial run', scoped('initial'), ['scope', 'memberships']],
    ['a resync', scoped('resync'), ['nesting', 'scope', 'memberships', 'missing']],
    ['new rules', openRules({ id: 'r', startedAt: NOW }, 'scope'), ['memberships']],
    [
      'new rules for nested groups',
      openRules({ id: 'r', startedAt: NOW }, 'nesting'),
      ['scope', 'memberships'],
    ],
  ])('comes when all is known, in %s', (_, run, expected) => {
    expect(phases(run)).toEqual(expected);
  });
});

describe('a resync', () => {
  const memberships = (more: Partial<Tick> = {}): Run => {
    const read = endReading(opened('resync'));
    const users = endReading(advance(tickAll(read, more), NOW));
    const run = advance(tickAll(users), NOW);
    expect(run.phase).toBe('memberships');
    return run;
  };

  it('looks for what is missing when all was read', () => {
    const run = advance(tickAll(memberships()), NOW);
    expect(run).toMatchObject({ phase: 'missing', lanes: ALL_LANES });
    expect(advance(tickAll(run), NOW)).toMatchObject({ state: 'completed' });
  });

  it('does not where a message was lost: that proves nothing', () => {
    const run = advance(tickAll(memberships(), { gap: true }), NOW);
    expect(run).toMatchObject({ state: 'incomplete' });
  });

  it('decides about removals last', () => {
    const missing = advance(tickAll(memberships()), NOW);
    const run = advance(tickAll(missing, { removals: 1 }), NOW);
    expect(run).toMatchObject({ phase: 'removals', lanes: ALL_LANES });
  });
});

describe('a decision', () => {
  it('reads nothing and asks the lanes that have something', () => {
    const run = openDecision({ id: 'r', startedAt: NOW }, 0b101);
    expect(isPhaseClosed(run)).toBe(false);
    const next = advance(tickAll(run, { removals: 2 }), NOW);
    expect(next).toMatchObject({ phase: 'removals', lanes: 0b101 });
    expect(advance(tickAll(run), NOW)).toMatchObject({ state: 'completed' });
  });
});

describe('a full run', () => {
  it('goes through its phases, each closed by all lanes', () => {
    const phases: string[] = [];
    let run = opened('initial');
    while (!isEnded(run)) {
      phases.push(run.phase);
      if (run.reading) run = endReading(run);
      expect(run.lanes).toBe(ALL_LANES);
      expect(isPhaseClosed(run)).toBe(false);
      run = advance(tickAll(run), NOW);
    }
    expect(phases).toEqual(['groups', 'users', 'memberships']);
    expect(run).toMatchObject({ state: 'completed', endedAt: NOW });
  });

  it('is not closed while one lane is missing', () => {
    const run = tickAll(endReading(opened('initial')));
    const { 7: _, ...others } = run.ticks;
    expect(isPhaseClosed(run)).toBe(true);
    expect(isPhaseClosed({ ...run, ticks: others })).toBe(false);
  });

  it('does not take a report of an earlier phase for one of this phase', () => {
    const users = endReading(advance(tickAll(endReading(opened('initial'))), NOW));
    expect(users.phase).toBe('users');
    expect(isPhaseClosed(users)).toBe(false);
  });
});

describe('an incremental run', () => {
  const sentTo = (...lanes: number[]): Run => {
    const run = opened('incremental');
    return endReading({ ...run, sent: run.sent.map((_, lane) => (lanes.includes(lane) ? 1 : 0)) });
  };

  it('concerns the lanes that got messages', () => {
    expect(lanesIn(sentTo(3, 9).lanes)).toEqual([3, 9]);
  });

  it('ends when they have reported', () => {
    expect(advance(tickAll(sentTo(3)), NOW).state).toBe('completed');
  });

  it('waits for the lanes that were woken, once', () => {
    const woken = advance(tickAll(sentTo(3), { wakes: 0b110 }), NOW);
    expect(woken).toMatchObject({ phase: 'wakes', lanes: 0b110, state: 'running' });
    expect(advance(tickAll(woken), NOW).state).toBe('completed');
  });

  it('has removals decided after the wakes, then hears of those that they woke', () => {
    const woken = advance(tickAll(sentTo(3), { wakes: 0b10, removals: 2 }), NOW);
    const removing = advance(tickAll(woken), NOW);
    expect(removing).toMatchObject({ phase: 'removals', lanes: 0b1000 });
    const again = advance(tickAll(removing, { wakes: 0b1 }), NOW);
    expect(again).toMatchObject({ phase: 'wakes', lanes: 0b1 });
    expect(advance(tickAll(again), NOW).state).toBe('completed');
  });

  it('does not take a lane that was woken before for one that has handled the second wake', () => {
    const woken = advance(tickAll(sentTo(3), { wakes: 0b10, removals: 2 }), NOW);
    const removing = advance(tickAll(woken), NOW);
    const again = advance(tickAll(removing, { wakes: 0b10 }), NOW);
    expect(again).toMatchObject({ phase: 'wakes', lanes: 0b10 });
    expect(isPhaseClosed(again)).toBe(false);
  });

  it("does not take another run's report for its own", () => {
    const run = sentTo(3);
    const stray = { ...tick(run), runId: 'another' };
    expect(isPhaseClosed({ ...run, ticks: { 3: stray } })).toBe(false);
  });

  it('is incomplete when a lane misses a message', () => {
    expect(advance(tickAll(sentTo(3), { gap: true }), NOW).state).toBe('incomplete');
  });

  it('adds up what its lanes report', () => {
    const run = tickAll(sentTo(3, 4), { counters: { 'users.read': 2, 'users.created': 1 } });
    expect(runCounters(run)).toEqual({ 'users.read': 4, 'users.created': 2 });
  });
});

it('gives later runs smaller ids', () => {
  expect(newRunId(2_000) < newRunId(1_000)).toBe(true);
});
