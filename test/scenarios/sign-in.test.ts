import tls from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type LocalAzure, startAzure } from '../../local/azure.ts';
import { openAdminApi } from './admin-api.ts';

let azure: LocalAzure;

beforeAll(async () => {
  const seed = { users: 2, groups: 1, memberships: 1 };
  const quiet = { front: false, pollSchedule: '0 0 0 1 1 *', env: { LOG_LEVEL: 'warning' } };
  azure = await startAzure({ ...seed, ...quiet, signIn: true, onOutput: () => {} });
  tls.setDefaultCACertificates([...tls.getCACertificates('default'), azure.caPem]);
});
afterAll(() => azure?.stop());

const appSchema = z.object({ clientId: z.string(), secret: z.string() });
type App = z.infer<typeof appSchema>;

async function control(path: string, body: unknown): Promise<unknown> {
  const sent = { method: 'POST', body: JSON.stringify(body) };
  return (await fetch(`${azure.tenantUrl}/__tenant/${path}`, sent)).json();
}

/** An application with app roles of the admin API. */
async function appWith(...roles: string[]): Promise<App> {
  return appSchema.parse(await control('apps', { appRoles: { [azure.clientId]: roles } }));
}

/** A token as an application gets one (client credentials). */
async function tokenOf({ clientId, secret }: App, resource = azure.clientId): Promise<string> {
  const form = new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: clientId,
    client_secret: secret,
    scope: `api://${resource}/.default`,
  });
  const url = `${azure.tenantUrl}/${azure.tenantId}/oauth2/v2.0/token`;
  const answer = await (await fetch(url, { method: 'POST', body: form })).json();
  return z.object({ access_token: z.string() }).parse(answer).access_token;
}

async function ask(method: string, path: string, token: string, body?: unknown) {
  const sent = body === undefined ? {} : { body };
  return (await openAdminApi(azure.url, token).ask(method, `/manage/${path}`, sent)).status;
}

describe('administrators who sign in to Entra', () => {
  it('do what their app roles allow', async () => {
    const { tenantId, clientId, clientSecret } = azure;
    const id = `signed-${Date.now()}`;
    const made = { id, name: 'Signed in', entra: { tenantId, clientId, clientSecret } };
    const reader = await tokenOf(await appWith('Sync.Read'));
    const admin = await tokenOf(await appWith('Sync.Admin'));
    expect(await ask('POST', 'connections', reader, made)).toBe(403);
    expect(await ask('POST', 'connections', admin, made)).toBe(201);
    expect(await ask('GET', `connections/${id}/status`, reader)).toBe(200);
    expect(await ask('POST', `connections/${id}/preview`, reader)).toBe(403);
    const operator = await tokenOf(await appWith('Sync.Operate', 'Other.Role'));
    expect(await ask('POST', `connections/${id}/preview`, operator)).toBe(202);
    expect(await ask('DELETE', `connections/${id}`, operator)).toBe(403);
  });

  it('come in with nothing else', async () => {
    const other = await appWith();
    expect(await ask('GET', 'connections', await tokenOf(other))).toBe(403);
    expect(await ask('GET', 'connections', await tokenOf(other, other.clientId))).toBe(401);
    expect(await ask('GET', 'connections', azure.adminToken)).toBe(401);
  });

  it('go on when the keys are changed', async () => {
    const app = await appWith('Sync.Read');
    const before = await tokenOf(app);
    expect(await ask('GET', 'connections', before)).toBe(200);
    await control('keys', {});
    const token = await tokenOf(app);
    // At once; half a minute after the last new key otherwise.
    await expect.poll(() => ask('GET', 'connections', token), { timeout: 40_000 }).toBe(200);
    expect(await ask('GET', 'connections', before)).toBe(200);
  });
});
