import { describe, expect, it } from 'vitest';
import { shareDone } from '../../../lib/cli/progress.ts';
import type { RunView } from '../../../lib/cli/views.ts';
import { anOpenRun, aRun, aStatus, problem, tandem } from './fake-outside.ts';

const C = '/manage/connections/c';
const PROMISE = { status: 202, body: { runId: 'r1', location: '', joined: false } };
const NOT_YET = problem(404, 'not-found');
const open = (phase: string, read = 0) => ({
  body: anOpenRun({ phase, counters: { users: { read }, groups: { read: 4 }, memberships: {} } }),
});
const answers = {
  [`POST ${C}/resync`]: PROMISE,
  [`GET ${C}/status`]: { body: aStatus() },
  [`GET ${C}/runs/r1`]: [
    NOT_YET,
    open('groups'),
    open('users', 5),
    open('users', 4),
    open('missing', 10),
    { body: aRun() },
  ],
};

describe('waiting for a run', () => {
  it('draws a bar on a terminal, which never goes back, to the end', async () => {
    const { code, errors } = await tandem('resync c', { answers, columns: 100 });
    expect(code).toBe(0);
    const shares = [...errors.matchAll(/(\d+) %/g)].map(([, share]) => Number(share));
    expect(shares).toEqual([20, 40, 40, 94, 100]);
    expect(errors).toContain('██████████░░░░░░░░░░░░░░  40 %  users');
    expect(errors.split('\n').filter((line) => line.includes('%'))).toHaveLength(1);
  });

  it('says plain lines elsewhere, one a phase', async () => {
    const { errors } = await tandem('resync c', { answers });
    expect(errors).not.toMatch(/\p{Cc}(?<!\n)|█/u);
    expect(errors.split('\n').filter((line) => line.includes('%'))).toEqual([
      ' 20 %  groups · 4 groups, 0 users, 0 memberships read · 1.0 s',
      ' 40 %  users · 4 groups, 5 users, 0 memberships read · 2.0 s',
      ' 94 %  missing · 4 groups, 10 users, 0 memberships read · 4.0 s',
      '100 %  completed · 0 groups, 3 users, 0 memberships read · 4.5 s',
    ]);
  });

  it('is not put off by an app that is away for a while', async () => {
    const away = { ...answers, [`GET ${C}/runs/r1`]: [open('users'), 'nothing', { body: aRun() }] };
    expect((await tandem('resync c', { answers: away as typeof answers })).code).toBe(0);
    const gone = { ...answers, [`GET ${C}/runs/r1`]: [open('users'), 'nothing'] };
    expect((await tandem('resync c', { answers: gone as typeof answers })).code).toBe(4);
  });

  it.each([
    ['the connection is off', { enabled: false }, 'switched off'],
    [
      'the tenant refuses',
      { lastError: { code: 'credential-refused', message: 'no' } },
      'no (credential-refused)',
    ],
    ['nothing comes', {}, 'not begun for ten minutes'],
  ])('ends where no run will come: %s', async (_, status, told) => {
    const never = {
      ...answers,
      [`GET ${C}/status`]: { body: aStatus(status) },
      [`GET ${C}/runs/r1`]: NOT_YET,
    };
    const { code, errors } = await tandem('resync c', { answers: never });
    expect(code).toBe(1);
    expect(errors).toContain(told);
  });

  it('waits while another run goes first', async () => {
    const busy = { body: aStatus({ currentRun: anOpenRun({ id: 'r0' }) }) };
    const looks = Array.from({ length: 700 }, () => NOT_YET);
    const later = {
      ...answers,
      [`GET ${C}/status`]: busy,
      [`GET ${C}/runs/r1`]: [...looks, { body: aRun() }],
    };
    const { code, errors } = await tandem('resync c', { answers: later });
    expect(code).toBe(0);
    expect(errors.match(/Another run is open/g)).toHaveLength(1);
  });

  it('Ctrl-C ends the waiting, not the run', async () => {
    const stop = new AbortController();
    const stopping = {
      ...answers,
      [`GET ${C}/runs/r1`]: {
        get body() {
          stop.abort();
          return open('users').body;
        },
      },
    };
    const { code, errors, out } = await tandem('resync c', {
      answers: stopping,
      signal: stop.signal,
    });
    expect([code, out]).toEqual([130, '']);
    expect(errors).toContain('the run goes on');
    expect(errors).toContain('tandem runs show c r1');
  });

  it('what ends the waiting is said in the place of the bar', async () => {
    const paused = { ...open('users').body, state: 'paused' };
    const halted = { ...answers, [`GET ${C}/runs/r1`]: [open('groups'), { body: paused }] };
    const { code, errors } = await tandem('resync c', { answers: halted, columns: 100 });
    expect(code).toBe(1);
    expect(errors).toContain('\r\u001b[KDirectory sync was switched off');
  });

  it('Ctrl-C anywhere else is 130 as well', async () => {
    const signal = AbortSignal.abort();
    expect(await tandem('status c', { answers, signal })).toMatchObject({ code: 130 });
  });
});

describe('how much of a run is done', () => {
  const expected = { users: 100, groups: 10, memberships: 50 };
  const share = (some: Readonly<Record<string, unknown>>) => {
    const none = { users: {}, groups: {}, memberships: {} };
    return shareDone(anOpenRun({ counters: none, ...some }) as RunView, expected);
  };
  const counted = (kind: string, counts: Readonly<Record<string, number>>) => ({
    counters: { users: {}, groups: {}, memberships: {}, [kind]: counts },
  });

  it.each([
    ['nothing', { phase: 'groups' }, 0],
    ['half of the groups', { phase: 'groups', ...counted('groups', { read: 5 }) }, 0.1],
    ['more users than were known', { phase: 'users', ...counted('users', { read: 300 }) }, 0.6],
    ['all users', { phase: 'memberships' }, 0.67],
    [
      'half of the memberships of an initial run',
      { phase: 'memberships', ...counted('memberships', { read: 80, created: 40 }) },
      0.795,
    ],
    ['all', { endedAt: '2026-11-22T10:00:00.000Z' }, 1],
    ['rules, at their beginning', { kind: 'rules', phase: 'nesting' }, 0],
    ['changes, which know no end', { kind: 'incremental', phase: 'users' }, undefined],
    ['a phase of a later version', { phase: 'dusting' }, undefined],
  ])('%s', (_, some, done) => {
    const found = share(some);
    if (done === undefined) expect(found).toBeUndefined();
    else expect(found).toBeCloseTo(done, 10);
  });
});
