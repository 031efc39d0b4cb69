import { expect, it } from 'vitest';
import { NO_LOSSES } from '../../../lib/sync/losses.ts';
import { pollAgeSeconds } from '../../../lib/sync/poll-age.ts';
import { openRun, type Run, type Tick } from '../../../lib/sync/run.ts';

const NOW = Date.parse('2026-03-01T12:00:00.000Z');
const at = (minutesAgo: number) => new Date(NOW - minutesAgo * 60_000).toISOString();

const reading = (minutesAgo: number): Run =>
  openRun({ id: 'run', kind: 'resync', startedAt: at(minutesAgo) });
const applying = (minutesAgo: number): Run => ({ ...reading(minutesAgo), reading: false });
const ended: Run = { ...applying(90), state: 'completed', endedAt: at(80) };
const refused = (minutesAgo: number) => ({ at: at(0), since: at(minutesAgo) });

it.each([
  ['nothing was ever tried', null, null, null, null],
  ['a round has just ended', at(1), null, null, 60],
  ['the last round is old', at(30), null, ended, 1_800],
  ['Entra refuses, and did not before', at(30), refused(27), null, 1_800],
  ['Entra has refused from the beginning', null, refused(27), null, 1_620],
  ['a full run reads for hours', at(300), null, reading(290), null],
  ['a full run reads, and Entra refuses', at(300), refused(20), reading(290), 18_000],
  ['lanes work', at(40), null, applying(40), null],
  ['lanes give no sign for more than an hour', at(70), null, applying(61), 4_200],
])('%s', (_, lastRoundAt, lastError, run, seconds) => {
  expect(pollAgeSeconds({ lastRoundAt, lastError }, run, NOW)).toBe(seconds);
});

it('a lane that has closed a phase is a sign', () => {
  const run = applying(200);
  const tick: Tick = {
    runId: 'run',
    step: 0,
    phase: 'groups',
    counters: {},
    wakes: 0,
    removals: 0,
    losses: NO_LOSSES,
    done: NO_LOSSES,
    gap: false,
    at: NOW - 50 * 60_000,
  };
  const rounds = { lastRoundAt: at(200), lastError: null };
  expect(pollAgeSeconds(rounds, { ...run, ticks: { 3: tick } }, NOW)).toBe(null);
  expect(pollAgeSeconds(rounds, run, NOW)).toBe(12_000);
});
