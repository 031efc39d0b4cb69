import { HttpRequest } from '@azure/functions';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { openAccessTokens } from '../../lib/azure/access-tokens.ts';
import { openSecrets } from '../../lib/azure/key-vault.ts';
import { openTables } from '../../lib/azure/tables.ts';
import { hasCode } from '../../lib/errors.ts';
import { authenticate, type Caller } from '../../lib/scim/oauth/authenticate.ts';
import { issueToken } from '../../lib/scim/oauth/issue-token.ts';
import { openConnections } from '../../lib/state/connections.ts';
import { openCredentials } from '../../lib/state/credentials.ts';
import { openKnownCredentials } from '../../lib/state/known-credentials.ts';
import type { Answer, Sent } from './admin-api.ts';
import { fresh } from './fresh.ts';
import { identityOf } from './identity.ts';
import { startWorld, type World } from './world.ts';

let world: World;
let doorkeeper: ReturnType<typeof openDoorkeeper>;

beforeAll(async () => {
  world = await startWorld({ users: 6, groups: 1, memberships: 2, empty: true });
  doorkeeper = openDoorkeeper(world);
});
afterAll(() => world?.stop());

/** Another process that lets requests in, with a clock of its own, and no memory. */
function openDoorkeeper({ azure }: World) {
  const clock = { ahead: 0, now: () => Date.now() + clock.ahead };
  const log = { info: () => {}, warn: () => {}, error: () => {} };
  const tables = openTables({ connectionString: azure.tableConnectionString });
  const connections = openConnections(tables.table('connections'));
  const credentials = openCredentials(tables.table('credentials'));
  const secrets = openSecrets({
    uri: azure.env.KEY_VAULT_URI ?? '',
    credential: identityOf(azure.env),
  });
  const needs = {
    clock,
    log,
    knownCredentials: openKnownCredentials({ clock, log, connections, credentials }),
    accessTokens: openAccessTokens(secrets, { now: clock.now }),
  };
  const url = `${azure.url}/scim/v2/one`;
  return {
    clock,
    /** Undefined where it is refused. */
    enter: async (connectionId: string, bearer: string): Promise<Caller | undefined> => {
      const headers = { authorization: `Bearer ${bearer}` };
      const request = new HttpRequest({ method: 'GET', url, headers });
      needs.knownCredentials.forget(connectionId);
      try {
        return await authenticate(needs, connectionId, request);
      } catch (error) {
        if (hasCode(error, 'unauthorized')) return undefined;
        throw error;
      }
    },
    issue: async (connectionId: string, id: string, secret: string): Promise<string> => {
      const form = { client_id: id, client_secret: secret, grant_type: 'client_credentials' };
      needs.knownCredentials.forget(connectionId);
      const answer = await issueToken(
        needs,
        connectionId,
        new HttpRequest({
          url,
          method: 'POST',
          headers: { 'content-type': 'application/x-www-form-urlencoded' },
          body: { string: new URLSearchParams(form).toString() },
        }),
      );
      return String(answer.jsonBody.access_token ?? '');
    },
  };
}

const own = () => world.connectionId;
const path = (id: string, rest = '') => `/manage/connections/${id}/credentials${rest}`;
const ask = (method: string, url: string, sent?: Sent) => world.admin.ask(method, url, sent);
const textsOf = z.looseObject({ id: z.string() }).catchall(z.unknown());
const create = async (connectionId: string, body: object): Promise<Record<string, unknown>> => {
  const answer = await ask('POST', path(connectionId), { body });
  expect(answer.status).toBe(201);
  expect(answer.headers.get('cache-control')).toBe('no-store');
  return textsOf.parse(answer.body);
};
const detailOf = ({ body }: Answer) => z.object({ detail: z.string() }).parse(body).detail;

/** A connection that Entra is to push to. @returns its id, another one each time */
async function pushed(): Promise<string> {
  const id = fresh('pushed');
  const { tenantId, clientId, clientSecret } = world.azure;
  const entra = { tenantId, clientId, clientSecret };
  const body = { id, name: id, entra, import: 'push' };
  expect(await ask('POST', '/manage/connections', { body })).toMatchObject({
    status: 201,
    body: { import: 'push', enabled: false },
  });
  return id;
}

const APP_TOKEN = { name: 'The app', kind: 'token', role: 'app' };

describe('a static token', () => {
  it('is shown once, and opens its connection and no other', async () => {
    const other = await pushed();
    const { token, ...shown } = await create(own(), APP_TOKEN);
    expect(shown).toEqual({
      ...APP_TOKEN,
      id: expect.stringMatching(/^[0-9a-f]{22}$/),
      createdAt: expect.any(String),
      expiresAt: null,
      lastUsedAt: null,
      tenantUrl: `${world.azure.publicUrl}/scim/v2/${own()}`,
    });
    const bearer = String(token);
    const [id = '', secret = ''] = Buffer.from(bearer, 'base64').toString().split(':');
    expect(id).toBe(shown.id);
    expect(await doorkeeper.enter(own(), bearer)).toEqual({ role: 'app', credentialId: id });
    expect(await doorkeeper.enter(other, bearer)).toBeUndefined();
    expect(await doorkeeper.enter('nowhere', bearer)).toBeUndefined();
    const one = await ask('GET', path(own(), `/${id}`));
    const { tenantUrl: _, ...kept } = shown;
    await world.until(async () => {
      const { body } = await ask('GET', path(own(), `/${id}`));
      return z.object({ lastUsedAt: z.string().nullable() }).parse(body).lastUsedAt !== null;
    });
    const list = await ask('GET', path(own()));
    const used = { ...kept, lastUsedAt: expect.stringMatching(/Z$/) };
    expect(list).toMatchObject({
      status: 200,
      body: { credentials: expect.arrayContaining([used]) },
    });
    const rows = [...(await world.rows(['credentials', 'connections'])).values()];
    for (const hidden of [bearer, secret]) {
      expect(JSON.stringify([one.body, list.body, rows])).not.toContain(hidden);
    }
    expect(JSON.stringify([one.body, list.body])).not.toContain('hash');
  });

  it('that has expired is refused, until it is prolonged', async () => {
    const expiresAt = new Date(Date.now() + 3_600_000).toISOString();
    const { id, token } = await create(own(), { ...APP_TOKEN, expiresAt });
    expect(await doorkeeper.enter(own(), String(token))).toBeDefined();
    doorkeeper.clock.ahead = 3_600_001;
    expect(await doorkeeper.enter(own(), String(token))).toBeUndefined();
    const url = path(own(), `/${String(id)}`);
    const { headers } = await ask('GET', url);
    const change = { body: { name: 'Prolonged', expiresAt: null } };
    expect(await ask('PATCH', url, change)).toMatchObject({ status: 412 });
    const etag = { headers: { 'if-match': headers.get('etag') ?? '' } };
    const changed = await ask('PATCH', url, { ...change, ...etag });
    expect(changed).toMatchObject({ status: 200, body: { ...change.body, kind: 'token' } });
    expect(await ask('PATCH', url, { ...change, ...etag })).toMatchObject({ status: 412 });
    expect(await doorkeeper.enter(own(), String(token))).toBeDefined();
    doorkeeper.clock.ahead = 0;
    expect(await ask('DELETE', url)).toMatchObject({ status: 204 });
    expect(await ask('DELETE', url)).toMatchObject({ status: 404 });
    expect(await doorkeeper.enter(own(), String(token))).toBeUndefined();
  });

  it.each<[string, object]>([
    ['no name', { ...APP_TOKEN, name: ' ' }],
    ['a long name', { ...APP_TOKEN, name: 'x'.repeat(101) }],
    ['another kind', { ...APP_TOKEN, kind: 'password' }],
    ['another role', { ...APP_TOKEN, role: 'admin' }],
    ['no role', { name: 'x', kind: 'token' }],
    ['a past expiry', { ...APP_TOKEN, expiresAt: '2020-01-01T00:00:00Z' }],
    ['a day for an expiry', { ...APP_TOKEN, expiresAt: '2100-01-01' }],
    ['a secret of one’s own', { ...APP_TOKEN, hash: 'x' }],
  ])('with %s is not made', async (_, body) => {
    expect(await ask('POST', path(own()), { body })).toMatchObject({ status: 400 });
  });

  it('is of a connection that is there', async () => {
    for (const [method, rest] of [
      ['GET', ''],
      ['POST', ''],
      ['GET', '/0123456789abcdef012345'],
      ['DELETE', '/0123456789abcdef012345'],
    ] as const)
      expect(
        await ask(method, path('nowhere', rest), method === 'POST' ? { body: APP_TOKEN } : {}),
      ).toMatchObject({ status: 404 });
    expect(await ask('GET', path(own(), '/0123456789abcdef012345'))).toMatchObject({
      status: 404,
    });
  });
});

describe('a client', () => {
  it('has several secrets, each shown once; its tokens end with it', async () => {
    const connectionId = await pushed();
    const made = { name: 'Entra', kind: 'client', role: 'entra' };
    const { clientId, clientSecret, ...shown } = await create(connectionId, made);
    expect(shown).toMatchObject({
      ...made,
      id: clientId,
      tokenUrl: `${world.azure.publicUrl}/scim/v2/${connectionId}/token`,
      secrets: [{ id: expect.any(String), createdAt: expect.any(String), expiresAt: null }],
    });
    const id = String(clientId);
    const secrets = path(connectionId, `/${id}/secrets`);
    const added = await ask('POST', secrets, { body: { expiresAt: '2100-01-01T00:00:00+01:00' } });
    expect(added).toMatchObject({
      status: 201,
      body: { clientId: id, expiresAt: '2099-12-31T23:00:00.000Z' },
    });
    const second = z.object({ id: z.string(), clientSecret: z.string() }).parse(added.body);
    const tokens = [
      await doorkeeper.issue(connectionId, id, String(clientSecret)),
      await doorkeeper.issue(connectionId, id, second.clientSecret),
    ];
    const entered = () =>
      Promise.all(tokens.map(async (token) => !!(await doorkeeper.enter(connectionId, token))));
    expect(await entered()).toEqual([true, true]);
    expect(await doorkeeper.enter(own(), tokens[0] ?? '')).toBeUndefined();
    expect(await doorkeeper.issue(own(), id, second.clientSecret)).toBe('');

    for (let n = 2; n < 5; n += 1)
      expect(await ask('POST', secrets)).toMatchObject({ status: 201 });
    expect(await ask('POST', secrets)).toMatchObject({ status: 409 });
    expect(await ask('DELETE', `${secrets}/${second.id}`)).toMatchObject({ status: 204 });
    expect(await ask('DELETE', `${secrets}/${second.id}`)).toMatchObject({ status: 404 });
    expect(await entered()).toEqual([true, false]);
    const listed = await ask('GET', path(connectionId));
    expect(JSON.stringify(listed.body)).not.toMatch(/hash|clientSecret/);
    const rows = JSON.stringify([...(await world.rows(['credentials'])).values()]);
    for (const hidden of [String(clientSecret), second.clientSecret])
      expect(rows).not.toContain(hidden);
    expect(await world.secretNames('scim-token-key')).toEqual(['scim-token-key']);
    await ask('DELETE', path(connectionId, `/${id}`));
    expect(await entered()).toEqual([false, false]);
  });

  it('alone has secrets of its own', async () => {
    const { id } = await create(own(), APP_TOKEN);
    const answer = await ask('POST', path(own(), `/${String(id)}/secrets`));
    expect(answer).toMatchObject({ status: 409 });
    expect(detailOf(answer)).toContain('make another token');
  });
});

it('a connection has 20 credentials at most, whoever makes them at the same time', async () => {
  const many = await pushed();
  const make = () => ask('POST', path(many), { body: APP_TOKEN });
  let [made, refused] = [0, 0];
  while (made < 20) {
    const statuses = (await Promise.all([make(), make(), make()])).map(({ status }) => status);
    made += statuses.filter((status) => status === 201).length;
    refused += statuses.filter((status) => status === 409).length;
    expect(made).toBeLessThanOrEqual(20);
  }
  expect(await make()).toMatchObject({ status: 409 });
  const { body } = await ask('GET', path(many));
  const { credentials } = z.object({ credentials: z.array(z.unknown()) }).parse(body);
  expect(credentials).toHaveLength(20);
  expect(refused).toBeLessThan(40);
});

describe('a connection that Entra pushes to', () => {
  it('is never read: neither by the timer nor on request', async () => {
    const id = await pushed();
    const at = (rest: string) => `/manage/connections/${id}/${rest}`;
    await world.tenant.resetStats();
    await world.admin.test(id);
    expect(await world.admin.switchSync(id, true)).toMatchObject({ status: 200 });
    await world.azure.runTimer('poll-timer');
    await world.azure.runTimer('subscriptions-timer');
    await world.put('polls', id, { v: 1, connectionId: id, reason: 'timer' });
    await world.until(async () => (await world.waitingMessages()) === 0);
    for (const rest of ['sync-now', 'resync', 'preview'])
      expect(await ask('POST', at(rest))).toMatchObject({ status: 409 });
    const body = { user: 'somebody@contoso.example', dryRun: true };
    expect(await ask('POST', at('provision'), { body })).toMatchObject({ status: 409 });
    expect(await ask('GET', at('status'))).toMatchObject({
      status: 200,
      body: {
        enabled: true,
        import: 'push',
        nextPoll: null,
        lastRun: null,
        currentRun: null,
        notifications: { on: false, why: expect.stringContaining('SCIM'), subscriptions: [] },
      },
    });
    expect((await world.tenant.stats()).requests).toBe(0);
  });

  it('alone takes the word of Entra’s provisioning service', async () => {
    const body = { name: 'Entra', kind: 'token', role: 'entra' };
    const refused = await ask('POST', path(own()), { body });
    expect(refused.status).toBe(409);
    expect(detailOf(refused)).toContain('"import": "push"');
    const taking = await pushed();
    const { token } = await create(taking, body);
    expect(await doorkeeper.enter(taking, String(token))).toMatchObject({ role: 'entra' });
  });

  it('is chosen before anything is brought in', async () => {
    const change = async (id: string, wanted: string) => {
      const url = `/manage/connections/${id}`;
      const etag = (await ask('GET', url)).headers.get('etag') ?? '';
      return ask('PATCH', url, { body: { import: wanted }, headers: { 'if-match': etag } });
    };
    const chosen = await pushed();
    expect(await change(chosen, 'both')).toMatchObject({ status: 400 });
    for (const wanted of ['pull', 'pull', 'push'])
      expect(await change(chosen, wanted)).toMatchObject({
        status: 200,
        body: { import: wanted },
      });
    await create(chosen, APP_TOKEN);
    const late = await change(chosen, 'pull');
    expect([late.status, detailOf(late)]).toEqual([409, expect.stringContaining('another')]);
    expect(await change(chosen, 'push')).toMatchObject({ status: 200 });
  });
});

describe('a connection that is removed', () => {
  it('lets nobody in while it is leaving, and leaves no credential behind', async () => {
    const id = fresh('leaver');
    const leaver = await world.another(id);
    await leaver.switchSync(true);
    expect(await leaver.runEnded()).toMatchObject({ state: 'completed' });
    const change = await ask('PATCH', `/manage/connections/${id}`, {
      body: { import: 'push' },
      headers: { 'if-match': '*' },
    });
    expect(change).toMatchObject({ status: 409 });
    const { token } = await create(id, APP_TOKEN);
    const isIn = async () => !!(await doorkeeper.enter(id, String(token)));
    expect(await isIn()).toBe(true);
    expect(await world.admin.remove(id, 'deactivate')).toMatchObject({ status: 202 });
    expect(await isIn()).toBe(false);
    expect(await ask('POST', path(id), { body: APP_TOKEN })).toMatchObject({ status: 409 });
    const judged = { body: { leaving: 'deactivate' } };
    await ask('POST', `/manage/connections/${id}/held/reject`, judged);
    expect(await isIn()).toBe(true);
    await world.admin.remove(id, 'keep');
    expect(await isIn()).toBe(false);
    await world.until(async () => {
      const { status } = await ask('GET', `/manage/connections/${id}`);
      // The checkpoint goes last: until then nobody may have the id again.
      const names = [...(await world.rows(['credentials', 'checkpoints'])).keys()];
      return status === 404 && !names.some((name) => name.split('/')[1] === id);
    });
    const left = [...(await world.rows(['credentials'])).keys()];
    expect(left.filter((name) => name.startsWith(`credentials/${id}/`))).toEqual([]);
    await world.another(id);
    expect(await isIn()).toBe(false);
  });
});
