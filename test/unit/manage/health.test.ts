import { HttpRequest } from '@azure/functions';
import { describe, expect, it } from 'vitest';
import { AppError } from '../../../lib/errors.ts';
import { openHealth } from '../../../lib/manage/health.ts';
import type { Health, HealthCheck } from '../../../lib/ports/health.ts';

const TOKEN = 'a-token-of-the-administrator';

const check = (name: HealthCheck['name'], error?: Error): HealthCheck => ({
  name,
  isVital: name !== 'sign-in',
  run: () => (error ? Promise.reject(error) : Promise.resolve()),
});

/** A vault that keeps the administrator's token. */
function keeping(get: () => Promise<string | undefined>): Health['signIn'] {
  return { adminTokens: undefined, secrets: { get } };
}

const WELL: Health = {
  problems: [],
  checks: [check('tables'), check('bus'), check('vault'), check('sign-in')],
  signIn: keeping(() => Promise.resolve(TOKEN)),
};

async function ask(health: Partial<Health>, token?: string) {
  const answer = openHealth(() => ({ ...WELL, ...health }), { now: () => 0 });
  const headers = token === undefined ? {} : { headers: { authorization: `Bearer ${token}` } };
  const url = 'https://tandem.example/health';
  const { status, jsonBody } = await answer(new HttpRequest({ method: 'GET', url, ...headers }));
  return { status, body: jsonBody };
}

const down = new AppError('unavailable', 'Table Storage: REQUEST_SEND_ERROR');
const problems = [{ setting: 'TABLES', problem: 'must be a connection string' }];

describe('health, to everybody', () => {
  it.each([
    ['ok', 200, {}],
    ['degraded', 200, { checks: [check('tables'), check('sign-in', down)] }],
    ['failing', 503, { checks: [check('tables', down), check('sign-in')] }],
    ['failing', 503, { checks: [check('bus', down), check('sign-in', down)] }],
    ['failing', 503, { problems }],
  ] as const)('is one word: %s, with %i', async (status, code, health) => {
    expect(await ask(health)).toEqual({ status: code, body: { status } });
    expect(await ask(health, 'another-token')).toEqual({ status: code, body: { status } });
  });

  it('stays one word where the token cannot be asked for', async () => {
    const signIn = keeping(() => Promise.reject(down));
    expect((await ask({ signIn }, TOKEN)).body).toEqual({ status: 'ok' });
    const none = keeping(() => Promise.resolve(undefined));
    expect((await ask({ signIn: none }, '')).body).toEqual({ status: 'ok' });
  });

  it('names the settings where there is no vault that could know an administrator', async () => {
    const body = { status: 'failing', problems };
    expect(await ask({ problems, signIn: undefined, checks: [] })).toEqual({ status: 503, body });
  });
});

describe('health, to an administrator', () => {
  it('says what is wrong, and nothing that others said', async () => {
    const foreign = check('vault', new Error('the key is c2VjcmV0'));
    const health = { problems, checks: [check('tables', down), foreign, check('bus')] };
    const { body } = await ask(health, TOKEN);
    const milliseconds = expect.any(Number);
    expect(body).toEqual({
      status: 'failing',
      checkedAt: '1970-01-01T00:00:00.000Z',
      problems,
      checks: [
        {
          name: 'tables',
          status: 'failing',
          milliseconds,
          error: { code: 'unavailable', message: 'Table Storage: REQUEST_SEND_ERROR' },
        },
        {
          name: 'vault',
          status: 'failing',
          milliseconds,
          error: { code: 'unavailable', message: 'it cannot be used' },
        },
        { name: 'bus', status: 'ok', milliseconds },
      ],
    });
  });
});

describe('checks', () => {
  it('are made once for all who ask within five seconds', async () => {
    let [now, made] = [0, 0];
    const run = async () => {
      made += 1;
    };
    const checks = [{ name: 'bus', isVital: true, run } as const];
    const answer = openHealth(() => ({ ...WELL, checks }), { now: () => now });
    const request = new HttpRequest({ method: 'GET', url: 'https://tandem.example/health' });
    await Promise.all([answer(request), answer(request)]);
    now = 5_000;
    await answer(request);
    expect(made).toBe(1);
    now = 5_001;
    await answer(request);
    expect(made).toBe(2);
  });
});
