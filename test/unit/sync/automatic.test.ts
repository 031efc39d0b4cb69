import { expect, it } from 'vitest';
import { bringsWritten, waitsForWord } from '../../../lib/sync/automatic.ts';
import { isAutomatic } from '../../../lib/sync/connection.ts';
import { openRun } from '../../../lib/sync/run.ts';

const open = openRun({ id: 'r', kind: 'resync', startedAt: '2026-01-01T00:00:00.000Z' });
const ended = { ...open, state: 'completed' as const };
const OFF = { automatic: false };

it('a connection from before is read by itself', () => {
  expect([isAutomatic({}), isAutomatic({ automatic: true }), isAutomatic(OFF)]).toEqual([
    true,
    true,
    false,
  ]);
});

it.each([
  ['sync-now', false, false],
  ['resync', false, false],
  ['continue', false, false],
  ['decide', false, false],
  ['ticked', false, true],
  ['enabled', false, true],
  ['timer', false, true],
  ['rules', false, true],
  ['look', false, true],
  ['nested', false, true],
  ['notified', true, true],
] as const)(
  'read only when asked, %s waits with an open run: %s, without: %s',
  (reason, withRun, without) => {
    expect(waitsForWord(OFF, open, reason)).toBe(withRun);
    expect(waitsForWord(OFF, ended, reason)).toBe(without);
    expect(waitsForWord(OFF, null, reason)).toBe(without);
    expect(waitsForWord({}, null, reason)).toBe(false);
  },
);

it.each([
  ['enabled', true, false],
  ['sync-now', false, true],
  ['resync', false, true],
  ['timer', false, false],
] as const)(
  'what was written comes with %s by itself: %s, when asked: %s',
  (reason, itself, asked) => {
    expect([bringsWritten({}, reason), bringsWritten(OFF, reason)]).toEqual([itself, asked]);
  },
);
