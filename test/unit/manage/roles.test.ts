import { HttpRequest, HttpResponse } from '@azure/functions';
import { describe, expect, it } from 'vitest';
import { openAdminTokens } from '../../../lib/entra/admin-tokens.ts';
import { openSigningKeys } from '../../../lib/entra/signing-keys.ts';
import { type ManageNeeds, manage, ROUTES } from '../../../lib/manage/manage.ts';
import { AUDIENCE, AUTHORITY, fakeIssuer, ISSUER, keyNumber } from '../entra/fake-issuer.ts';
import { fakeNeeds } from './fake-needs.ts';

const CONNECTION = '/manage/connections/{connectionId}';

/** Who may do what, as docs/operations.md says. */
const LEAST = {
  'Sync.Read': [
    'GET /manage/connections',
    'GET /manage/openapi.json',
    `GET ${CONNECTION}`,
    `GET ${CONNECTION}/preview/{planId}`,
    `GET ${CONNECTION}/preview/{planId}/objects`,
    `GET ${CONNECTION}/status`,
    `GET ${CONNECTION}/failures`,
    `GET ${CONNECTION}/held`,
    `GET ${CONNECTION}/rejected`,
    `GET ${CONNECTION}/runs`,
    `GET ${CONNECTION}/runs/{runId}`,
    `GET ${CONNECTION}/objects/{objectId}/history`,
    `GET ${CONNECTION}/audit`,
    `GET ${CONNECTION}/settings`,
    `GET ${CONNECTION}/settings-history`,
    `GET ${CONNECTION}/alerts`,
    `GET ${CONNECTION}/welcome`,
    'GET /manage/alerts',
    'POST /manage/alerts/read',
    'PATCH /manage/alerts/{alertId}',
    `GET ${CONNECTION}/credentials`,
    `GET ${CONNECTION}/credentials/{credentialId}`,
    `GET ${CONNECTION}/entra/credentials`,
    `GET ${CONNECTION}/domains`,
  ],
  'Sync.Operate': [
    `PUT ${CONNECTION}/sync`,
    `POST ${CONNECTION}/test`,
    `POST ${CONNECTION}/preview`,
    `POST ${CONNECTION}/sync-now`,
    `POST ${CONNECTION}/resync`,
    `POST ${CONNECTION}/provision`,
    `POST ${CONNECTION}/mappings/evaluate`,
    `POST ${CONNECTION}/failures/{objectId}/retry`,
    `POST ${CONNECTION}/failures/{objectId}/dismiss`,
    `POST ${CONNECTION}/held/reject`,
    `POST ${CONNECTION}/rejected/{messageId}/replay`,
    `DELETE ${CONNECTION}/rejected/{messageId}`,
  ],
  'Sync.Admin': [
    `POST ${CONNECTION}/authorize`,
    `POST ${CONNECTION}/entra/credentials`,
    `PATCH ${CONNECTION}/entra/credentials/{entraCredentialId}`,
    `DELETE ${CONNECTION}/entra/credentials/{entraCredentialId}`,
    'POST /manage/connections',
    `PATCH ${CONNECTION}`,
    `DELETE ${CONNECTION}`,
    `POST ${CONNECTION}/held/approve`,
    `POST ${CONNECTION}/objects/{objectId}/first-password`,
    `PUT ${CONNECTION}/alerts`,
    `PUT ${CONNECTION}/settings`,
    `POST ${CONNECTION}/settings`,
    `PUT ${CONNECTION}/welcome`,
    `DELETE ${CONNECTION}/welcome`,
    `POST ${CONNECTION}/users/{objectId}/pin`,
    `POST ${CONNECTION}/credentials`,
    `PATCH ${CONNECTION}/credentials/{credentialId}`,
    `DELETE ${CONNECTION}/credentials/{credentialId}`,
    `POST ${CONNECTION}/credentials/{credentialId}/secrets`,
    `DELETE ${CONNECTION}/credentials/{credentialId}/secrets/{secretId}`,
  ],
} as const;

type Role = keyof typeof LEAST;
const ROLES: readonly Role[] = ['Sync.Read', 'Sync.Operate', 'Sync.Admin'];
const CASES = ROLES.flatMap((role) => LEAST[role].map((route) => [route, role] as const));

const entra = fakeIssuer(Date.now);

/** As a process has them: keys and all. */
function signInNeeds(): ManageNeeds {
  const source = { authority: AUTHORITY, issuer: ISSUER, clock: Date, fetch: entra.fetch };
  const keys = openSigningKeys(source);
  const options = { issuer: ISSUER, audience: AUDIENCE, keys, clock: Date };
  return fakeNeeds({ adminTokens: openAdminTokens(options), adminToken: 'of-this-machine' });
}

const needs = signInNeeds();

interface Told {
  readonly status: number;
  readonly challenge: string | null;
  readonly retryAfter: string | null;
  readonly detail: unknown;
}

async function ask(route: string, token?: string, of: ManageNeeds = needs): Promise<Told> {
  const [method = '', path = ''] = route.split(' ');
  const url = `https://tandem.example${path.replaceAll(/\{\w+\}/g, 'some')}`;
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const request = new HttpRequest({ method, url, headers });
  const response = new HttpResponse(await manage(async () => of, request));
  const text = await response.text();
  return {
    status: response.status,
    challenge: response.headers.get('www-authenticate'),
    retryAfter: response.headers.get('retry-after'),
    detail: text === '' ? undefined : JSON.parse(text).detail,
  };
}

const INVALID = /^Bearer realm="Tandem", error="invalid_token", error_description="[^"]+"$/;

it('stands for every route', () => {
  const routes = ROUTES.map(([method, path]) => `${method} ${path}`);
  expect(routes.toSorted()).toEqual(CASES.map(([route]) => route).toSorted());
});

describe.each(CASES)('%s', (route, least) => {
  it('asks for a token', async () => {
    expect(await ask(route)).toMatchObject({ status: 401, challenge: 'Bearer realm="Tandem"' });
  });

  it(`takes ${least} or more`, async () => {
    for (const role of ROLES) {
      const { status, detail, challenge } = await ask(route, await entra.token({ roles: [role] }));
      const isEnough = ROLES.indexOf(role) >= ROLES.indexOf(least);
      expect([role, status === 401 || status === 403]).toEqual([role, !isEnough]);
      if (isEnough) continue;
      expect({ status, detail }).toEqual({
        status: 403,
        detail: `this takes the app role ${least}`,
      });
      expect(challenge).toContain('error="insufficient_scope"');
    }
  });

  it('takes no token of others, nor one that has expired', async () => {
    const roles = ['Sync.Admin'];
    const wrong = [
      await entra.token({ roles, iss: `${AUTHORITY}/other/v2.0` }),
      await entra.token({ roles, aud: 'other' }),
      await entra.token({ roles, exp: 1_700_000_000 }),
      await entra.token({ roles }, { ...keyNumber(1), kid: keyNumber(0).kid }),
      'of-this-machine',
    ];
    for (const token of wrong)
      expect(await ask(route, token)).toMatchObject({
        status: 401,
        challenge: expect.stringMatching(INVALID),
      });
  });
});

describe('a caller', () => {
  it('without a role of ours is told nothing of what there is', async () => {
    const token = await entra.token({ roles: ['Sync.Everything', 'sync.admin', ' Sync.Admin'] });
    for (const route of ['GET /manage/nowhere', 'DELETE /manage/connections', 'GET /manage'])
      expect(await ask(route, token)).toMatchObject({
        status: 403,
        detail: 'this takes the app role Sync.Read',
      });
  });

  it('is asked to come again while Entra’s keys cannot be had', async () => {
    const cold = signInNeeds();
    const token = await entra.token();
    entra.published.answer = () => new Response(null, { status: 500 });
    const told = await ask('GET /manage/connections', token, cold);
    entra.published.answer = undefined;
    expect(told).toMatchObject({ status: 503, challenge: null });
    expect(Number(told.retryAfter)).toBeGreaterThan(0);
  });
});

describe('on a machine of one’s own, where nobody signs in to Entra', () => {
  const own = fakeNeeds({ adminToken: 'of-this-machine' });

  it('the administrator’s token opens everything', async () => {
    for (const [route] of CASES) {
      expect([401, 403]).not.toContain((await ask(route, 'of-this-machine', own)).status);
      const refused = await ask(route, 'of-this-machin', own);
      expect(refused).toMatchObject({ status: 401, challenge: expect.stringMatching(INVALID) });
      expect((await ask(route, undefined, own)).status).toBe(401);
    }
  });

  it.each([undefined, ''])('with the token %j, nobody comes in, and is told why', async (none) => {
    const nobody = fakeNeeds(none === undefined ? {} : { adminToken: none });
    for (const token of [undefined, 'of-this-machine', await entra.token()]) {
      const { status, detail } = await ask('GET /manage/connections', token, nobody);
      expect([status, detail]).toEqual([401, expect.stringContaining('set ADMIN_ISSUER and')]);
    }
  });
});
