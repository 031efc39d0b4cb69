import { describe, expect, it } from 'vitest';
import { originOf } from '../../../lib/cli/address.ts';
import { bearerOf } from '../../../lib/cli/sign-in.ts';
import { tandem } from './fake-outside.ts';

describe('the address', () => {
  it.each([
    ['https://tandem.example', 'https://tandem.example'],
    ['https://tandem.example/', 'https://tandem.example'],
    ['https://tandem.example:8443', 'https://tandem.example:8443'],
    ['http://127.0.0.1:7071', 'http://127.0.0.1:7071'],
    ['http://localhost:7071/', 'http://localhost:7071'],
    ['http://[::1]:7071', 'http://[::1]:7071'],
  ])('%s is taken', (text, origin) => {
    expect(originOf(text)).toBe(origin);
  });

  it.each([
    undefined,
    '',
    'tandem.example',
    'http://tandem.example',
    'http://127.0.0.1.example',
    'http://localhost.example',
    'ftp://127.0.0.1',
    'file:///etc/passwd',
    'https://user:word@tandem.example',
    'https://tandem.example/manage',
    'https://tandem.example/?a=b',
  ])('%s is not', (text) => {
    expect(() => originOf(text)).toThrow(expect.objectContaining({ exitCode: 2 }));
  });
});

describe('who asks', () => {
  const now = () => 1_000_000;
  const signIn = () => Promise.resolve({ token: 'of-azure', expiresAt: 1_000_000 + 3_600_000 });

  it('is who has a token, before who is signed in', async () => {
    const bearer = bearerOf({ now, signIn }, { token: ' given\n', scope: 'api://x/.default' });
    expect(await bearer()).toBe('given');
  });

  it('is who is signed in, whose token is asked for once until it is about to end', async () => {
    let [at, times] = [0, 0];
    const counted = async (scope: string) => {
      times += 1;
      return { token: `${scope.length}-${times}`, expiresAt: 3_600_000 * times };
    };
    const bearer = bearerOf({ now: () => at, signIn: counted }, { token: undefined, scope: 'abc' });
    expect([await bearer(), await bearer()]).toEqual(['3-1', '3-1']);
    at = 3_600_000 - 60_000;
    expect(await bearer()).toBe('3-2');
  });

  it.each([
    ['nobody', {}],
    ['a token with what no token holds', { TANDEM_TOKEN: 'Bearer s3cret' }],
    ['a sign-in that fails', { TANDEM_SCOPE: 'api://x/.default' }],
  ])('%s: exit code 3, and no token in the text', async (_, env) => {
    const TANDEM_URL = 'https://tandem.example';
    const { code, errors, asked } = await tandem('status c', { env: { TANDEM_URL, ...env } });
    expect(code).toBe(3);
    expect(errors).toContain('az login');
    expect(errors).not.toContain('s3cret');
    expect(asked).toEqual([]);
  });

  it('is sent as a bearer, and the option goes before the environment', async () => {
    const { asked } = await tandem('connections --token another');
    expect(asked).toMatchObject([
      { path: '/manage/connections?size=100', authorization: 'Bearer another' },
    ]);
  });
});
