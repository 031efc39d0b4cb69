import { createHmac, generateKeyPairSync } from 'node:crypto';
import { CompactSign, SignJWT } from 'jose';
import { beforeEach, describe, expect, it } from 'vitest';
import { openAdminTokens } from '../../../lib/entra/admin-tokens.ts';
import { openSigningKeys } from '../../../lib/entra/signing-keys.ts';
import type { AdminTokens } from '../../../lib/ports/administrators.ts';
import { AUDIENCE, AUTHORITY, fakeIssuer, ISSUER, keyNumber, TENANT } from './fake-issuer.ts';

const NOW = Date.UTC(2026, 0, 1);
const clock = { time: NOW, now: () => clock.time };
const SECONDS = NOW / 1_000;

let entra: ReturnType<typeof fakeIssuer>;
let tokens: AdminTokens;

beforeEach(() => {
  clock.time = NOW;
  entra = fakeIssuer(clock.now);
  tokens = open(ISSUER);
});

function open(issuer: string): AdminTokens {
  const keys = openSigningKeys({ authority: AUTHORITY, issuer, clock, fetch: entra.fetch });
  return openAdminTokens({ issuer, audience: AUDIENCE, keys, clock });
}

const problem = (text: RegExp) => ({ problem: expect.stringMatching(text) });
const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
const [kid, publicPem] = [
  keyNumber(0).kid,
  String(keyNumber(0).publicKey.export({ format: 'pem', type: 'spki' })),
];

describe('tokens of administrators', () => {
  it('say who the bearer is, by ids', async () => {
    expect(await tokens.verify(await entra.token({ roles: ['Sync.Read', 'Other'] }))).toEqual({
      id: 'd0000000-0000-4000-8000-000000000004',
      appId: 'c0000000-0000-4000-8000-000000000003',
      roles: ['Sync.Read', 'Other'],
    });
  });

  it.each([
    ['no roles', { roles: undefined }, { roles: [] }],
    ['no object id', { oid: undefined }, { id: 'e0000000-0000-4000-8000-000000000005' }],
    ['a 1.0 application', { azp: undefined, appid: 'app' }, { appId: 'app' }],
    ['no application', { azp: undefined }, { appId: null }],
    ['an application alone', { oid: undefined, sub: undefined, azp: 'app' }, { id: 'app' }],
    ['several audiences', { aud: ['other', AUDIENCE] }, { roles: ['Sync.Read'] }],
    ['a clock that is a minute late', { exp: SECONDS - 59 }, { roles: ['Sync.Read'] }],
    ['a clock that is a minute early', { nbf: SECONDS + 60 }, { roles: ['Sync.Read'] }],
  ])('are taken with %s', async (_, claims, said) => {
    expect(await tokens.verify(await entra.token(claims))).toMatchObject(said);
  });

  it.each([
    ['of another issuer', { iss: `${AUTHORITY}/other/v2.0` }, /another issuer/],
    ['of no issuer', { iss: undefined }, /another issuer/],
    ['for another audience', { aud: `api://${AUDIENCE}` }, /another audience/],
    ['for nobody', { aud: undefined }, /another audience/],
    ['that have expired', { exp: SECONDS - 60 }, /expired/],
    ['without an end', { exp: undefined }, /not valid/],
    ['that are not valid yet', { nbf: SECONDS + 61 }, /not valid yet/],
    ['without a bearer', { oid: undefined, sub: undefined, azp: undefined }, /whose/],
    ['with roles that are none', { roles: 'Sync.Admin' }, /whose/],
    ['with an id that is none', { oid: { '': '' } }, /whose/],
  ])('%s are refused', async (_, claims, told) => {
    expect(await tokens.verify(await entra.token(claims))).toEqual(problem(told));
  });

  it('of version 1.0 are known by the path of their issuer', async () => {
    const issuer = `https://sts.windows.net/${TENANT}/`;
    entra.published.configuration = { issuer, jwks_uri: `${AUTHORITY}/keys` };
    const answer = entra.fetch;
    const seen: string[] = [];
    entra.fetch = async (url) => {
      seen.push(url.href);
      if (url.pathname === '/keys')
        return answer(new URL(`${AUTHORITY}/${TENANT}/discovery/v2.0/keys`));
      return Response.json(entra.published.configuration);
    };
    expect(await open(issuer).verify(await entra.token({ iss: issuer }))).toHaveProperty('id');
    expect(seen[0]).toBe(`${AUTHORITY}/${TENANT}/.well-known/openid-configuration`);
  });
});

describe('forged tokens', () => {
  const claims = {
    iss: ISSUER,
    aud: AUDIENCE,
    oid: 'me',
    exp: SECONDS + 3_600,
    roles: ['Sync.Admin'],
  };

  it('that nobody signed are refused', async () => {
    const [, body = '', signature = ''] = (await entra.token()).split('.');
    for (const alg of ['none', 'None', 'NONE', '', undefined])
      for (const end of ['', signature])
        expect(await tokens.verify(`${part({ alg, kid })}.${body}.${end}`)).toEqual(problem(/./));
  });

  it('that were signed with the public key as if it were a secret are refused', async () => {
    const jwk = JSON.stringify(keyNumber(0).publicKey.export({ format: 'jwk' }));
    const der = keyNumber(0).publicKey.export({ format: 'der', type: 'spki' });
    for (const secret of [publicPem, publicPem.trim(), jwk, der]) {
      const signed = `${part({ alg: 'HS256', typ: 'JWT', kid })}.${part(claims)}`;
      const mac = createHmac('sha256', secret).update(signed).digest('base64url');
      expect(await tokens.verify(`${signed}.${mac}`)).toEqual(problem(/not valid/));
    }
  });

  it('under another algorithm, or a key of their own, are refused', async () => {
    const { privateKey } = keyNumber(0);
    const other = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const signed = (head: object, key = privateKey) =>
      new SignJWT(claims).setProtectedHeader({ alg: 'RS256', kid, ...head }).sign(key);
    expect(await tokens.verify(await signed({}))).toMatchObject({ id: 'me' });
    const jwk = other.publicKey.export({ format: 'jwk' });
    const wrong = [
      await signed({ alg: 'RS512' }),
      await signed({ alg: 'PS256' }),
      await signed({}, other.privateKey),
      await signed(
        { jwk, x5u: 'https://evil.example', jku: 'https://evil.example' },
        other.privateKey,
      ),
      await signed({ kid: undefined }),
      await signed({ kid: '__proto__' }),
    ];
    for (const one of wrong) expect(await tokens.verify(one)).toEqual(problem(/./));
    expect(entra.asked.filter((url) => !url.startsWith(AUTHORITY))).toEqual([]);
  });

  it('that were altered, cut, or are no tokens at all are refused', async () => {
    const token = await entra.token();
    const [head = '', , signature = ''] = token.split('.');
    const notJson = await new CompactSign(Buffer.from('no JSON'))
      .setProtectedHeader({ alg: 'RS256', kid })
      .sign(keyNumber(0).privateKey);
    const wrong = [
      `${head}.${part(claims)}.${signature}`,
      token.slice(0, -8),
      `${token}.x`,
      `${head}..${signature}`,
      'a.b.c',
      'nothing',
      notJson,
      `${token}${'x'.repeat(20_000)}`,
    ];
    for (const one of wrong) expect(await tokens.verify(one)).toEqual(problem(/./));
  });
});
