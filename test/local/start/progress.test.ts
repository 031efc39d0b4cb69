import { describe, expect, it } from 'vitest';
import { fitted } from '../../../local/start/display.ts';
import { countOf, seconds } from '../../../local/start/figures.ts';
import { plain } from '../../../local/start/paint.ts';
import {
  barOf,
  type Progress,
  progressLines,
  progressText,
} from '../../../local/start/progress.ts';
import { openRate } from '../../../local/start/rate.ts';

const progress: Progress = {
  kind: 'initial',
  phase: 'users',
  reading: true,
  seconds: 4.21,
  counters: { 'groups.read': 130, 'memberships.read': 5_100, 'users.read': 400 },
  expected: { users: 1_000, groups: 100, memberships: 5_000 },
  rate: 411.7,
};

const FULL = '█'.repeat(24);
const EMPTY = '░'.repeat(24);

describe('the progress of a full run', () => {
  it('has a bar for each step', () => {
    expect(progressLines(progress, plain)).toEqual([
      `  ✓ Groups       ${FULL}           100 of 100   5,100 memberships read`,
      `  ▸ Users        ${'█'.repeat(10)}${'░'.repeat(14)}         400 of 1,000   412/s`,
      `    Memberships  ${EMPTY}           0 of 5,000`,
      '',
      '    4.2 s',
    ]);
  });

  it('begins with nothing and never shows more than there is', () => {
    const begun: Progress = { ...progress, phase: 'groups', counters: { 'groups.read': 130 } };
    const [groups, users] = progressLines(begun, plain);
    expect(groups).toContain(`▸ Groups       ${FULL}           100 of 100`);
    expect(users).toContain(`Users        ${EMPTY}           0 of 1,000`);
    const none = { ...begun, expected: { users: 0, groups: 0, memberships: 0 } };
    expect(progressLines(none, plain)[0]).toContain('0 of 0');
  });

  it('counts memberships that were written, in a resync those that were read', () => {
    const counters = { 'memberships.read': 4_000, 'memberships.created': 100 };
    const initial: Progress = { ...progress, phase: 'memberships', counters };
    expect(progressLines(initial, plain)[2]).toContain('100 of 5,000');
    expect(progressLines({ ...initial, kind: 'resync' }, plain)[2]).toContain('4,000 of 5,000');
  });

  it('says what comes after the bars', () => {
    const lines = (phase: Progress['phase']) => progressLines({ ...progress, phase }, plain);
    expect(lines('wakes').at(-1)).toBe('    putting the last memberships in place · 4.2 s');
    expect(lines('removals').at(-1)).toContain('removing');
    expect(lines('removals').slice(0, 3).join()).not.toContain('░');
  });

  it('fits on a plain line', () => {
    expect(progressText(progress)).toBe('4.2 s  users 400 of 1,000, 412 a second');
    expect(progressText({ ...progress, phase: 'groups', rate: 0 })).toBe(
      '4.2 s  groups 100 of 100, 5,100 memberships read',
    );
    expect(progressText({ ...progress, phase: 'wakes' })).toBe('4.2 s  wakes');
  });
});

describe('the progress of an incremental run', () => {
  it('is one line', () => {
    const run: Progress = { ...progress, kind: 'incremental', phase: 'changes' };
    expect(progressLines(run, plain)).toEqual(['  ▸ changes so far: 400 users, 130 groups']);
    expect(progressText(run)).toBe('4.2 s  changes so far: 400 users, 130 groups');
  });
});

describe('a rate', () => {
  it('looks four seconds back and begins anew with what is counted', () => {
    const rateOf = openRate();
    expect(rateOf('users', { at: 0, done: 0 })).toBe(0);
    expect(rateOf('users', { at: 1_000, done: 100 })).toBe(100);
    expect(rateOf('users', { at: 4_500, done: 800 })).toBe(200);
    expect(rateOf('groups', { at: 5_000, done: 50 })).toBe(0);
    expect(rateOf('groups', { at: 6_000, done: 60 })).toBe(10);
  });
});

describe('what is drawn', () => {
  it('is filled by its share', () => {
    expect(barOf(0)).toBe(EMPTY);
    expect(barOf(1)).toBe(FULL);
    expect(barOf(2)).toBe(FULL);
    expect(barOf(-1)).toBe(EMPTY);
  });

  it('never wraps', () => {
    const line = '\u001B[32mabcdef\u001B[39m';
    expect(fitted(line, 10)).toBe(line);
    expect(fitted(line, 5)).toBe('abcd');
  });

  it('has figures for people', () => {
    expect(seconds(0.44)).toBe('0.4 s');
    expect(seconds(192)).toBe('3 min 12 s');
    expect(countOf(1, 'user')).toBe('1 user');
    expect(countOf(12_345, 'user')).toBe('12,345 users');
  });
});
