import { describe, expect, it } from 'vitest';
import type { ShownRun } from '../../../local/start/admin-api.ts';
import { showRuns } from '../../../local/start/live-feed.ts';
import { plain } from '../../../local/start/paint.ts';
import { previewText } from '../../../local/start/preview-demo.ts';
import { type Findings, isInStep, makeReport } from '../../../local/start/report.ts';
import { runText } from '../../../local/start/run-text.ts';
import { differenceLines, summaryLines } from '../../../local/start/summary.ts';

const counts = { users: 1_000, groups: 100, memberships: 4_996 };
const comparison = { entra: counts, app: counts, differences: 0, first: [] };

const findings: Findings = {
  run: {
    kind: 'initial',
    state: 'completed',
    startedAt: '2026-01-01T00:00:00.000Z',
    endedAt: '2026-01-01T00:00:12.500Z',
  },
  comparison,
  failures: 0,
  graph: { requests: 11, resourceUnits: 12, writes: 0 },
  before: [{ counters: { 'bus.messages': 2, 'tables.transactions': 40 } }],
  workers: [
    { peakRssMb: 178, counters: { 'bus.messages': 100, 'tables.transactions': 1_000 } },
    { peakRssMb: 150, counters: { 'tables.transactions': 500 } },
  ],
};

describe('the report', () => {
  it('adds up what the workers counted since the switch went on', () => {
    expect(makeReport(findings)).toEqual({
      run: { kind: 'initial', state: 'completed', seconds: 12.5 },
      entra: counts,
      app: counts,
      failures: 0,
      graph: { requests: 11, resourceUnits: 12, writes: 0 },
      bus: { messages: 98 },
      tables: { transactions: 1_460 },
      peakRssMb: 178,
      nodeVersion: process.version,
    });
  });

  it('is good only where the run completed, without failures, and both sides agree', () => {
    const report = makeReport(findings);
    expect(isInStep(report, comparison)).toBe(true);
    expect(isInStep({ ...report, failures: 1 }, comparison)).toBe(false);
    expect(isInStep(report, { differences: 1 })).toBe(false);
    const run = { ...report.run, state: 'incomplete' as const };
    expect(isInStep({ ...report, run }, comparison)).toBe(false);
  });

  it('is a table for people', () => {
    const table = summaryLines(makeReport(findings), comparison, plain).join('\n');
    expect(table).toContain('  Memberships              4,996         4,996  ✓');
    expect(table).toContain('Both sides agree');
    expect(table).toContain('Initial sync      completed in 12.5 s, 0 failures');
    expect(table).toContain('Microsoft Graph   11 requests, 12 resource units, 0 writes');
    expect(table).toContain('Memory            at most 178 MB a worker');
  });

  it('names the first differences and counts the rest', () => {
    const app = { ...counts, users: 999 };
    const first = [{ what: 'missing', kind: 'user', id: 'u1' }] as const;
    const differing = { entra: counts, app, differences: 3, first };
    expect(differenceLines(comparison)).toEqual([]);
    expect(differenceLines(differing)).toEqual([
      'Entra and the application differ (3 differences):',
      '  user u1 is missing in the application',
      '  and 2 more',
    ]);
    const report = makeReport({ ...findings, comparison: differing });
    const table = summaryLines(report, differing, plain).join('\n');
    expect(table).toContain('  Users                    1,000           999  ✗');
    expect(table).toContain('The sides differ: 3 differences.');
  });
});

describe('a preview in words', () => {
  it('says what would be done, and of nothing else', () => {
    const nothing = { state: 'ready' as const, counts: { users: {}, groups: {} }, memberships: 0 };
    expect(previewText(nothing)).toBe('nothing would change, 0 memberships');
    const counts = {
      users: { create: 1_000, update: 0, adopt: 1, none: 12, out: 5 },
      groups: { create: 100, update: 0, adopt: 0, none: 0, out: 7 },
    };
    expect(previewText({ ...nothing, counts, memberships: 4_996 })).toBe(
      '1,000 users and 100 groups to create, 1 user to adopt, 4,996 memberships',
    );
  });
});

const run = (id: string, changes: Partial<ShownRun> = {}): ShownRun => ({
  id,
  kind: 'incremental',
  state: 'completed',
  startedAt: '2026-01-01T10:00:00.000Z',
  endedAt: '2026-01-01T10:00:00.300Z',
  seconds: 0.3,
  counters: { users: {}, groups: {}, memberships: {} },
  ...changes,
});

describe('a run in words', () => {
  it('says what was done', () => {
    const counters = {
      users: { read: 3, updated: 2, created: 0 },
      groups: { read: 0 },
      memberships: { created: 1 },
    };
    expect(runText(run('1', { counters }))).toBe('2 users updated, 1 membership created (0.3 s)');
    expect(runText(run('1'))).toBe('nothing to change (0.3 s)');
    expect(runText(run('1', { kind: 'resync', state: 'incomplete' }))).toBe(
      'resync: nothing to change (0.3 s, incomplete)',
    );
  });
});

describe('the live feed', () => {
  it('prints runs once, when they have ended, oldest first, and only those of its time', async () => {
    const stop = new AbortController();
    const printed: string[] = [];
    const answers = [
      [run('5')],
      [run('4', { state: 'running' }), run('5')],
      new Error('down'),
      [run('3', { seconds: 3 }), run('4', { seconds: 4 }), run('5')],
      [run('3', { seconds: 3 }), run('4', { seconds: 4 })],
    ];
    const runs = async () => {
      const answer = answers.shift();
      if (answers.length === 0) stop.abort();
      if (answer instanceof Error) throw answer;
      return answer ?? [];
    };
    const print = (...lines: string[]) => void printed.push(...lines);
    await showRuns({ runs }, { print, paint: plain }, { signal: stop.signal, everyMs: 1 });
    expect(printed).toEqual([
      '  the app does not answer',
      expect.stringMatching(/^ {2}\d\d:00:00 {2}nothing to change \(4\.0 s\)$/),
      expect.stringMatching(/nothing to change \(3\.0 s\)$/),
    ]);
  });
});
