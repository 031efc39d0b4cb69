import { describe, expect, it } from 'vitest';
import { aRun, aStatus, problem, type Reply, tandem } from './fake-outside.ts';

const C = '/manage/connections/c';
const PROMISE = { status: 202, body: { runId: 'r1', location: '', joined: false } };

describe('the API’s answer decides', () => {
  it.each<[status: number, code: number]>([
    [400, 1],
    [401, 3],
    [403, 3],
    [404, 1],
    [409, 1],
    [412, 1],
    [429, 4],
    [500, 1],
    [502, 1],
    [503, 4],
    [504, 4],
  ])('%i is exit code %i', async (status, code) => {
    const answers = { [`GET ${C}/status`]: problem(status, 'conflict', 'because') };
    const result = await tandem('status c', { answers });
    expect(result.code).toBe(code);
    expect(result.errors).toContain('No: because (conflict)');
    expect(result.out).toBe('');
  });

  it('what no Tandem answers is told from a refusal', async () => {
    const answers = { [`GET ${C}/status`]: { status: 404, body: ['Not Found'] } };
    const { code, errors } = await tandem('status c', { answers });
    expect(code).toBe(1);
    expect(errors).toContain('Is TANDEM_URL the address of Tandem?');
  });

  it('a redirect is not followed: the token is for one address', async () => {
    const answers = {
      [`GET ${C}/status`]: { status: 302, headers: { location: 'https://evil.example' } },
    };
    const { code, asked } = await tandem('status c', { answers });
    expect(code).toBe(1);
    expect(asked).toHaveLength(1);
  });

  it('no answer is exit code 4', async () => {
    const { code, errors } = await tandem('status c', {
      answers: { [`GET ${C}/status`]: ['nothing'] },
    });
    expect(code).toBe(4);
    expect(errors).toContain('No answer from http://127.0.0.1:7071');
  });

  it('an answer of another shape is a failure, not a table of nothing', async () => {
    const { code, errors } = await tandem('status c', {
      answers: { [`GET ${C}/status`]: { body: { id: 1 } } },
    });
    expect(code).toBe(1);
    expect(errors).toContain('same version');
  });

  it('a name from outside cannot steer the terminal by an error either', async () => {
    const answers = { [`GET ${C}/status`]: problem(409, 'conflict', 'held by \u001b]0;x\u0007') };
    const { errors } = await tandem('status c', { answers });
    expect(errors).toContain('held by \ufffd]0;x\ufffd');
  });
});

describe('what to do is told', () => {
  it.each([
    [
      'the connection needs a test of its settings first: POST /manage/connections/c/test',
      'tandem test c',
    ],
    [
      'never on, and needs a preview first: POST /manage/connections/c/preview, look',
      'tandem preview create c',
    ],
    [
      'wait until GET /manage/connections/c/preview/17-a says "ready"',
      'tandem preview wait c PLAN',
    ],
    ['directory sync is off; switch it on first (PUT …/sync)', 'tandem connections enable c'],
    ['reject that first (held/reject)', 'tandem held reject c --leaving USERS'],
  ])('%s', async (detail, told) => {
    const answers = { [`PUT ${C}/sync`]: problem(409, 'conflict', detail) };
    const { code, errors } = await tandem('connections enable c', { answers });
    expect(code).toBe(1);
    expect(errors).toContain(`  ${told}\n`);
  });
});

describe('what came of a run decides', () => {
  const given = (run: unknown, status: unknown) => ({
    [`POST ${C}/resync`]: PROMISE,
    [`GET ${C}/runs/r1`]: { body: run },
    [`GET ${C}/status`]: { body: status },
  });

  it.each([
    ['complete, and nothing left', aRun(), aStatus(), 0],
    ['incomplete', aRun({ state: 'incomplete' }), aStatus(), 1],
    ['with failures', aRun(), aStatus({ failures: 2 }), 5],
    ['with removals held', aRun(), aStatus({ held: { users: 3, groups: 0 } }), 5],
    ['switched off meanwhile', { ...aRun({ state: 'paused' }), endedAt: undefined }, aStatus(), 1],
  ])('%s', async (_, run, status, code) => {
    expect(await tandem('resync c', { answers: given(run, status) })).toMatchObject({ code });
  });

  it('not waiting is done once it is asked for', async () => {
    const { code, out } = await tandem('resync c --no-wait --json', { answers: given(null, null) });
    expect(code).toBe(0);
    expect(JSON.parse(out)).toEqual(PROMISE.body);
  });

  it('with --json stdout holds the run alone', async () => {
    const { out, errors } = await tandem('resync c --json', { answers: given(aRun(), aStatus()) });
    expect(JSON.parse(out)).toEqual(aRun());
    expect(errors).toContain('Asked for the run r1.');
  });
});

describe('what was found decides', () => {
  const check = { check: 'token', status: 'failed', required: true, detail: 'no', next: 'mend it' };
  const steps = (state: string, ok = true) => ({
    body: { dryRun: false, steps: [{ step: 'result', ok, state, appId: null, detail: 'so' }] },
  });
  const failed = { ...aPlan('failed'), error: { code: 'bad-answer', message: 'no pages' } };
  it.each<[line: string, asks: string, reply: Reply, code: number]>([
    ['test c', `POST ${C}/test`, { body: { passed: true, checks: [] } }, 0],
    ['test c', `POST ${C}/test`, { body: { passed: false, checks: [check] } }, 1],
    ['provision c --user u', `POST ${C}/provision`, steps('done'), 0],
    ['provision c --user u', `POST ${C}/provision`, steps('failed', false), 1],
    ['provision c --user u', `POST ${C}/provision`, steps('held', false), 5],
    ['provision c --user u', `POST ${C}/provision`, { ...steps('pending'), status: 202 }, 5],
    ['preview wait c 17-a', `GET ${C}/preview/17-a`, { body: aPlan('ready') }, 0],
    ['preview wait c 17-a', `GET ${C}/preview/17-a`, { body: failed }, 1],
  ])('%s', async (line, asks, reply, code) => {
    expect((await tandem(line, { answers: { [asks]: reply } })).code).toBe(code);
  });
});

describe('wrong usage is exit code 2, and asks nothing', () => {
  it.each([
    'held approve c',
    'held approve c --all --kind users',
    'held approve c --membership g',
    'held reject c a --leaving keep',
    'provision c',
    'provision c --user a --group b',
    'connections create',
    'connections create --name N --tenant T',
    'connections create --name N --tenant T --client-id I',
    'connections create --file there-is-none',
    'alerts read',
    'alerts read a --all',
    'runs c --limit 0',
    'runs c --limit many',
    'status ..',
  ])('%s', async (line) => {
    const { code, errors, asked } = await tandem(line);
    expect(errors).not.toBe('');
    expect([code, asked]).toEqual([2, []]);
  });
});

function aPlan(state: string) {
  return {
    id: '17-a',
    state,
    startedAt: '2026-11-22T10:00:00.000Z',
    endedAt: null,
    rules: 'current',
    counts: { users: { create: 2, out: 0 }, groups: {} },
    memberships: 0,
  };
}
