import { generateKeyPairSync, sign } from 'node:crypto';
import { ClientAssertionCredential, ClientCertificateCredential } from '@azure/identity';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type SigningCertificate, signingCertificate } from './signing-certificate.ts';
import { SECRET, type TenantUnderTest, tenantUnderTest } from './tenant-under-test.ts';

const APP = 'b0000000-0000-4000-8000-000000000010';
const SCOPE = 'https://graph.microsoft.com/.default';
const BACK = 'https://tandem.example/manage/authorize/callback';
const ISSUER = 'https://login.microsoftonline.com/home/v2.0';

let under: TenantUnderTest;
let certificate: SigningCertificate;
const { privateKey, publicKey } = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
});

beforeAll(async () => {
  certificate = await signingCertificate();
  under = await tenantUnderTest({ seed: { users: 2, groups: 1, memberships: 1 } });
  await under.control('POST apps', {
    clientId: APP,
    secret: SECRET,
    roles: [],
    requested: ['User.Read.All'],
    isInTenant: false,
    certificates: [certificate.cert],
    federated: [{ issuer: ISSUER, subject: 'identity', publicKey }],
  });
});
afterAll(() => under.tenant.close());

const change = (values: object) => under.control(`PATCH apps/${APP}`, values);

/** What the browser is led back with. */
async function consent(path: string, query: Record<string, string> = {}) {
  const asked = { client_id: APP, redirect_uri: BACK, state: 'st', ...query };
  const url = `${under.tenant.baseUrl}/${path}?${new URLSearchParams(asked).toString()}`;
  const answer = await fetch(url, { redirect: 'manual' });
  const back = new URL(answer.headers.get('location') ?? 'https://nowhere.example');
  const { origin, pathname, searchParams } = back;
  return { status: answer.status, to: origin + pathname, ...Object.fromEntries(searchParams) };
}
const v2 = (query = {}) =>
  consent(`${under.tenant.tenantId}/v2.0/adminconsent`, { scope: SCOPE, ...query });

const options = () => ({ authorityHost: under.tenant.baseUrl, disableInstanceDiscovery: true });
const signedIn = () => under.credential(APP).getToken(SCOPE);

describe('admin consent', () => {
  it('brings the application in with what it asks for', async () => {
    await expect(signedIn()).rejects.toThrow(/700016/);
    expect(await v2()).toEqual({
      status: 302,
      to: BACK,
      admin_consent: 'True',
      tenant: under.tenant.tenantId,
      scope: SCOPE,
      state: 'st',
    });
    const { token } = await signedIn();
    const claims = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
    expect(claims.roles).toEqual(['User.Read.All']);
  });

  it('declined, says so, and in the newer form that it was given as well', async () => {
    await change({ consent: 'deny', isInTenant: false });
    const asked = await v2();
    expect(asked).toMatchObject({ admin_consent: 'True', error: 'access_denied', state: 'st' });
    expect(await consent('common/adminconsent')).toMatchObject({ error: 'permission_denied' });
    await expect(signedIn()).rejects.toThrow(/700016/);
  });

  it('forged, names another tenant and grants nothing', async () => {
    await change({ consent: 'forged-tenant', isInTenant: false });
    const { tenant, ...rest } = { tenant: '', ...(await v2()) };
    expect(tenant).not.toBe(under.tenant.tenantId);
    expect(rest).toMatchObject({ admin_consent: 'True' });
    await expect(signedIn()).rejects.toThrow(/700016/);
    await change({ consent: 'grant' });
  });

  it('leads back to where the application is registered for only', async () => {
    await change({ redirectUris: ['https://elsewhere.example/'] });
    expect(await v2()).toMatchObject({ status: 400 });
    await change({ redirectUris: [BACK] });
    expect(await v2()).toMatchObject({ status: 302 });
  });
});

describe('signing in without a secret', () => {
  it('takes a registered certificate, and no other', async () => {
    const { tenantId } = under.tenant;
    const own = new ClientCertificateCredential(
      tenantId,
      APP,
      { certificate: certificate.pem },
      options(),
    );
    await expect(own.getToken(SCOPE)).resolves.toMatchObject({ token: expect.any(String) });
    const other = await signingCertificate();
    const stranger = new ClientCertificateCredential(
      tenantId,
      APP,
      { certificate: other.pem },
      options(),
    );
    await expect(stranger.getToken(SCOPE)).rejects.toThrow(/700027/);
  });

  const assertion = (claims: object) => {
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const text = `${part({ alg: 'RS256', typ: 'JWT' })}.${part(claims)}`;
    return `${text}.${sign('RSA-SHA256', Buffer.from(text), privateKey).toString('base64url')}`;
  };
  const federated = (claims: object) => {
    const all = { iss: ISSUER, sub: 'identity', aud: 'api://AzureADTokenExchange' };
    const exp = Math.floor(Date.now() / 1000) + 600;
    const jwt = assertion({ ...all, exp, ...claims });
    const { tenantId } = under.tenant;
    return new ClientAssertionCredential(tenantId, APP, async () => jwt, options()).getToken(SCOPE);
  };

  it('takes the assertion of an identity that is trusted', async () => {
    await expect(federated({})).resolves.toMatchObject({ token: expect.any(String) });
  });

  it.each([
    ['another subject', { sub: 'Identity' }, /70021/],
    ['another audience', { aud: 'api://azureadtokenexchange' }, /70021/],
    ['one that has ended', { exp: 1 }, /700027/],
  ])('refuses %s', async (_what, claims, code) => {
    await expect(federated(claims)).rejects.toThrow(code);
  });
});

describe('an application', () => {
  it('that is switched off, or barred by a policy, gets no token', async () => {
    await change({ isEnabled: false });
    await expect(signedIn()).rejects.toThrow(/7000112/);
    await change({ isEnabled: true, refusal: 53003 });
    await expect(signedIn()).rejects.toThrow(/53003/);
  });

  it('signs in with any of its secrets', async () => {
    const ended = { secret: 'third', expires: '2020-01-01T00:00:00Z' };
    await change({ refusal: null, passwords: [{ secret: 'second' }, ended] });
    await expect(under.credential(APP, 'second').getToken(SCOPE)).resolves.toBeTruthy();
    await expect(under.credential(APP, 'third').getToken(SCOPE)).rejects.toThrow(/7000222/);
  });

  it('shows when its secrets end to whoever may read registrations', async () => {
    const ended = '2031-05-06T07:08:09Z';
    await under.control('POST apps', {
      clientId: 'b0000000-0000-4000-8000-000000000011',
      secret: 'one-secret',
      secretExpires: ended,
      roles: [],
    });
    const path = "/applications?$filter=appId eq 'b0000000-0000-4000-8000-000000000011'";
    const { value } = (await under.json(path)) as unknown as { value: unknown[] };
    expect(value).toMatchObject([
      { passwordCredentials: [{ hint: 'one', endDateTime: ended, secretText: null }] },
    ]);
    expect(await under.json(`/applications?$filter=appId eq '${APP}'`)).toMatchObject({
      value: [],
    });
  });
});
