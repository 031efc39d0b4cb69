import { createPublicKey, type JsonWebKey, verify } from 'node:crypto';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { refusal, SECRET, type TenantUnderTest, tenantUnderTest } from './tenant-under-test.ts';

const READER = 'b0000000-0000-4000-8000-000000000002';
const NOBODY = 'c0000000-0000-4000-8000-000000000003';
const SCOPE = 'https://graph.microsoft.com/.default';

let under: TenantUnderTest;
beforeAll(async () => {
  under = await tenantUnderTest({
    seed: { users: 5, groups: 2, memberships: 3 },
    apps: { [READER]: ['User.Read.All'], [NOBODY]: [] },
  });
});
afterAll(() => under.tenant.close());

async function askToken(
  form: Record<string, string>,
  tenant = under.tenant.tenantId,
  headers = {},
) {
  const response = await fetch(`${under.tenant.baseUrl}/${tenant}/oauth2/v2.0/token`, {
    method: 'POST',
    body: new URLSearchParams(form),
    headers,
  });
  const body = (await response.json()) as Record<string, unknown>;
  return { status: response.status, body };
}

/** By the genuine library, from the documents that the tenant shows. */
async function verified(token: string) {
  const { baseUrl, tenantId } = under.tenant;
  const shown = await fetch(`${baseUrl}/${tenantId}/v2.0/.well-known/openid-configuration`);
  const { issuer, jwks_uri } = (await shown.json()) as { issuer: string; jwks_uri: string };
  return jwtVerify(token, createRemoteJWKSet(new URL(jwks_uri)), { issuer });
}

const good = {
  grant_type: 'client_credentials',
  client_id: READER,
  client_secret: SECRET,
  scope: SCOPE,
};

describe('signing in with the genuine credential', () => {
  it('gives a token that lives for about an hour', async () => {
    const token = await under.credential(READER).getToken(SCOPE);
    expect(token.expiresOnTimestamp - Date.now()).toBeGreaterThan(3_500_000);
  });

  it('names a wrong secret', async () => {
    await expect(under.credential(READER, 'wrong').getToken(SCOPE)).rejects.toThrow(/7000215/);
  });

  it('names an unknown application', async () => {
    const unknown = 'd0000000-0000-4000-8000-000000000004';
    await expect(under.credential(unknown).getToken(SCOPE)).rejects.toThrow(/700016/);
  });
});

describe('tokens', () => {
  it('are RS256 and carry the granted roles', async () => {
    const { body } = await askToken(good);
    expect(body).toMatchObject({ token_type: 'Bearer', expires_in: 3599 });
    const [head = '', claims = '', signature = ''] = String(body.access_token).split('.');
    const answer = await fetch(
      `${under.tenant.baseUrl}/${under.tenant.tenantId}/discovery/v2.0/keys`,
    );
    const { keys } = (await answer.json()) as { keys: JsonWebKey[] };
    const key = createPublicKey({ key: keys[0] ?? {}, format: 'jwk' });
    const isValid = verify(
      'RSA-SHA256',
      Buffer.from(`${head}.${claims}`),
      key,
      Buffer.from(signature, 'base64url'),
    );
    expect(isValid).toBe(true);
    expect(JSON.parse(Buffer.from(claims, 'base64url').toString())).toMatchObject({
      tid: under.tenant.tenantId,
      appid: READER,
      aud: 'https://graph.microsoft.com',
      roles: ['User.Read.All'],
    });
  });

  it('for another application are of version 2.0, with its app roles', async () => {
    const { clientId, secret } = await under.control('POST apps', {
      appRoles: { [READER]: ['Sync.Operate'], [NOBODY]: ['Other'] },
    });
    const form = { ...good, client_id: String(clientId), client_secret: String(secret) };
    for (const scope of [`api://${READER}/.default`, `${READER}/.default`]) {
      const { body } = await askToken({ ...form, scope });
      const { payload } = await verified(String(body.access_token));
      expect(payload).toMatchObject({
        aud: READER,
        azp: clientId,
        roles: ['Sync.Operate'],
        ver: '2.0',
      });
      expect(payload).not.toHaveProperty('appid');
    }
    await under.control(`PATCH apps/${String(clientId)}`, { appRoles: {} });
    const { body } = await askToken({ ...form, scope: `${READER}/.default` });
    expect((await verified(String(body.access_token))).payload).not.toHaveProperty('roles');
    const elsewhere = await askToken({ ...form, scope: 'api://nobody/.default' });
    expect(elsewhere.body).toMatchObject({ error: 'invalid_scope' });
  });

  it('outlast a new key for as long as the former one is kept', async () => {
    const readUsers = async (token: string) =>
      (await under.raw('/users', { headers: { Authorization: `Bearer ${token}` } })).status;
    const first = String((await askToken(good)).body.access_token);
    const { keyId } = await under.control('POST keys');
    const second = String((await askToken(good)).body.access_token);
    expect((await verified(second)).protectedHeader.kid).toBe(keyId);
    expect((await verified(first)).protectedHeader.kid).not.toBe(keyId);
    expect([await readUsers(first), await readUsers(second)]).toEqual([200, 200]);
    await under.control('POST keys', { keep: false });
    await expect(verified(second)).rejects.toThrow(/no applicable key/);
    expect([await readUsers(first), await readUsers(second)]).toEqual([401, 401]);
  });

  it('without roles are issued, and refused by Graph', async () => {
    const error = await refusal(under.graphAs(NOBODY).api('/users').get());
    expect(error).toMatchObject({ statusCode: 403, code: 'Authorization_RequestDenied' });
  });

  it('open only what their roles say', async () => {
    const users = await under.graphAs(READER).api('/users').get();
    expect(users.value).toHaveLength(5);
    const error = await refusal(under.graphAs(READER).api('/groups').get());
    expect(error.statusCode).toBe(403);
  });

  it('that are missing or forged answer 401', async () => {
    const missing = await fetch(`${under.tenant.baseUrl}/v1.0/users`);
    expect(missing.status).toBe(401);
    expect(await missing.json()).toMatchObject({ error: { code: 'InvalidAuthenticationToken' } });
    const { body } = await askToken(good);
    const forged = `Bearer ${String(body.access_token).slice(0, -6)}AAAAAA`;
    const refused = await under.raw('/users', { headers: { Authorization: forged } });
    expect(refused.status).toBe(401);
  });

  it('take the secret from a Basic header too', async () => {
    const { client_secret: _, ...rest } = good;
    const basic = `Basic ${Buffer.from(`${READER}:${SECRET}`).toString('base64')}`;
    const answer = await askToken(rest, under.tenant.tenantId, { Authorization: basic });
    expect(answer.status).toBe(200);
  });
});

describe('refusals of the token endpoint', () => {
  it.each([
    ['a wrong secret', { ...good, client_secret: 'no' }, 401, 'invalid_client', 7000215],
    ['an unknown app', { ...good, client_id: 'x' }, 400, 'unauthorized_client', 700016],
    [
      'a bad scope',
      { ...good, scope: 'https://foo.example/.default' },
      400,
      'invalid_scope',
      70011,
    ],
    [
      'a scope of single permissions',
      { ...good, scope: 'User.Read.All' },
      400,
      'invalid_scope',
      70011,
    ],
  ])('%s', async (_name, form, status, error, code) => {
    const answer = await askToken(form);
    expect(answer.status).toBe(status);
    expect(answer.body).toMatchObject({ error, error_codes: [code] });
    expect(answer.body.error_description).toMatch(
      new RegExp(`^AADSTS${String(code)}: .*\r\nTrace ID`),
    );
  });

  it('an unknown tenant', async () => {
    const answer = await askToken(good, '00000000-1111-4111-8111-000000000000');
    expect(answer).toMatchObject({ status: 400, body: { error_codes: [90002] } });
  });

  it('a secret that has ended, and one that was changed', async () => {
    await under.control(`PATCH apps/${NOBODY}`, { secretExpires: '2020-01-01T00:00:00Z' });
    const answer = await askToken({ ...good, client_id: NOBODY });
    expect(answer).toMatchObject({ status: 401, body: { error_codes: [7000222] } });
  });
});
