import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { signingCertificate } from '../local/tenant/signing-certificate.ts';
import type { Sent } from './admin-api.ts';
import { startWorld, type World } from './world.ts';

const READS = ['User.Read.All', 'Group.Read.All', 'Directory.Read.All'];
const SIZE = { users: 12, groups: 3, memberships: 12 };

let world: World;

beforeAll(async () => {
  world = await startWorld({ ...SIZE, empty: true });
});
afterAll(() => world?.stop());

const checkSchema = z.object({
  check: z.string(),
  status: z.string(),
  required: z.boolean(),
  code: z.string().optional(),
  detail: z.string().optional(),
  next: z.string().optional(),
});
const testSchema = z.object({ passed: z.boolean(), checks: z.array(checkSchema) });

/** One more application of the tenant, another one each time. */
async function register(more: Readonly<Record<string, unknown>> = {}) {
  const app = { clientId: randomUUID(), secret: `secret-${randomUUID()}`, roles: READS };
  await world.tenant.addApp({ ...app, ...more });
  return app;
}

const secretOf = ({ clientId, secret }: { clientId: string; secret: string }) => ({
  kind: 'secret',
  clientId,
  secret,
});

/** A connection with these credentials. */
async function made(...credentials: unknown[]) {
  const id = `c-${randomUUID().slice(0, 8)}`;
  const entra = { tenantId: world.azure.tenantId, credentials };
  const body = { id, name: id, entra };
  const answer = await world.admin.ask('POST', '/manage/connections', { body });
  expect(answer).toMatchObject({ status: 201, body: { enabled: false } });
  const path = `/manage/connections/${id}`;
  return {
    id,
    path,
    ask: (method: string, rest: string, sent: Sent = {}) =>
      world.admin.ask(method, path + rest, sent),
    /** What a test says, line by line. */
    test: async (settings?: unknown) => {
      const sent = settings === undefined ? {} : { body: settings };
      const { body: tested } = await world.admin.ask('POST', `${path}/test`, sent);
      const { passed, checks } = testSchema.parse(tested);
      return { passed, checks, of: (check: string) => checks.filter((one) => one.check === check) };
    },
  };
}

describe('the test of a connection', () => {
  it('is green, and then the connection can be switched on', async () => {
    const connection = await made(secretOf(await register()));
    const { id: plan } = await world.admin.preview(connection.id);
    const early = await world.admin.switchSync(connection.id, true, plan);
    expect(early).toMatchObject({
      status: 409,
      body: { detail: expect.stringContaining(`${connection.path}/test`) },
    });
    const { passed, checks } = await connection.test();
    expect(passed).toBe(true);
    expect(checks.map(({ check, status }) => `${check} ${status}`)).toEqual([
      'token ok',
      'permissions ok',
      'users ok',
      'groups ok',
      'domains ok',
      'subscriptions skipped',
      'application-readable ok',
      'application-writable ok',
    ]);
    expect(await world.admin.switchSync(connection.id, true, plan)).toMatchObject({ status: 200 });
    expect(await world.admin.switchSync(connection.id, false)).toMatchObject({ status: 200 });
    const { headers } = await connection.ask('GET', '');
    await connection.ask('PATCH', '', {
      body: { entra: { clientSecret: 'another' } },
      headers: { 'if-match': headers.get('etag') ?? '' },
    });
    expect(await world.admin.switchSync(connection.id, true)).toMatchObject({ status: 409 });
  });

  it.each([
    ['a wrong secret', { secret: 'right' }, /AADSTS7000215/, /value/],
    ['an expired secret', { secretExpires: '2020-01-01T00:00:00Z' }, /AADSTS7000222/, /new one/],
    ['an application that is off', { isEnabled: false }, /AADSTS7000112/, /enable/],
    ['one that was never brought in', { isInTenant: false }, /AADSTS700016/, /consent/],
    ['conditional access', { refusal: 53003 }, /AADSTS53003/, /policy/],
  ])('names %s, and what to do', async (_what, app, detail, next) => {
    const connection = await made(secretOf(await register(app)));
    const { passed, of } = await connection.test();
    expect(passed).toBe(false);
    expect(of('token')).toMatchObject([
      {
        status: 'failed',
        code: 'credential-refused',
        detail: expect.stringMatching(detail),
        next: expect.stringMatching(next),
      },
    ]);
    expect(of('permissions')).toMatchObject([{ status: 'skipped' }]);
    expect(await world.admin.switchSync(connection.id, true, 'any')).toMatchObject({
      status: 409,
      body: { detail: expect.stringContaining('red lines') },
    });
  });

  it('names permissions that lack, of the switches chosen', async () => {
    const connection = await made(secretOf(await register({ roles: ['User.Read.All'] })));
    const { passed, of } = await connection.test({ export: { users: true } });
    expect(passed).toBe(false);
    expect(of('permissions')).toMatchObject([
      { code: 'missing-permissions', next: expect.stringContaining('User.ReadWrite.All') },
    ]);
    expect(of('groups')).toMatchObject([{ status: 'failed', code: 'access-denied' }]);
    expect(of('users')).toMatchObject([{ status: 'ok' }]);
  });

  it('tries settings that are not saved, and keeps nothing of it', async () => {
    const app = await register();
    const connection = await made(secretOf({ ...app, secret: 'wrong' }));
    const entra = { credentials: [secretOf(app)] };
    expect(await connection.test({ entra })).toMatchObject({ passed: true });
    expect(await connection.test({ entra: { clientSecret: app.secret } })).toMatchObject({
      passed: true,
    });
    expect(await connection.ask('GET', '/status')).toMatchObject({ body: { lastTest: null } });
    expect(await world.secretNames(`connection-${connection.id}-`)).toHaveLength(1);
  });

  it('signs in by certificate, and by a managed identity', async () => {
    const { pem, cert } = await signingCertificate();
    const app = await register({ certificates: [cert], federated: [world.azure.vouching] });
    const { clientId } = app;
    const connection = await made(
      { kind: 'certificate', clientId, certificate: pem },
      { kind: 'federated', clientId },
    );
    const { passed, of } = await connection.test();
    expect([passed, of('token').map(({ status }) => status)]).toEqual([true, ['ok', 'ok']]);
    expect(await connection.ask('GET', '/entra/credentials')).toMatchObject({
      body: { credentials: [{ expiresAt: expect.stringMatching(/^\d{4}-/) }, { expiresAt: null }] },
    });
  });
});

describe('the domains of a tenant', () => {
  it('are the verified ones, and are read when asked', async () => {
    const connection = await made(secretOf(await register()));
    const { status, body } = await connection.ask('GET', '/domains');
    expect(status).toBe(200);
    const { domains, at } = z
      .object({ at: z.string(), domains: z.array(z.object({ name: z.string() })) })
      .parse(body);
    expect(domains.map(({ name }) => name)).toContain('haldenworks.example');
    expect((await connection.ask('GET', '/domains')).body).toEqual(body);
    const fresh = await connection.ask('GET', '/domains?refresh=true');
    expect(fresh).toMatchObject({ body: { domains } });
    expect(fresh.body).not.toMatchObject({ at });
  });
});

describe('several credentials', () => {
  it('carry a run to its end when the first is refused, and the status tells of it', async () => {
    const [first, second] = [await register(), await register()];
    const connection = await made(secretOf(first), secretOf(second));
    await connection.test();
    const { id: plan } = await world.admin.preview(connection.id);
    await world.tenant.changeApp(first.clientId, { secretExpires: '2020-01-01T00:00:00Z' });
    // Other workers know a token still: a new one is asked for after a change of settings.
    const { headers } = await connection.ask('GET', '');
    await connection.ask('PATCH', '', {
      body: { name: 'Changed' },
      headers: { 'if-match': headers.get('etag') ?? '' },
    });
    expect(await world.admin.switchSync(connection.id, true, plan)).toMatchObject({ status: 200 });
    await world.until(async () => {
      const [run] = await world.admin.runs(connection.id);
      return run !== undefined && run.state !== 'running';
    });
    expect(await world.admin.runs(connection.id)).toMatchObject([{ state: 'completed' }]);
    await world.until(async () => {
      const { body } = await connection.ask('GET', '/status');
      return JSON.stringify(body).includes('AADSTS7000222');
    });
    expect(await connection.ask('GET', '/status')).toMatchObject({
      body: {
        lastError: null,
        entraCredentials: [
          { failure: { code: 'credential-refused', next: expect.stringContaining('new one') } },
          { failure: null },
        ],
      },
    });
  });

  it('carry a run to its end when the first is refused in the middle of it, and an alert says so', async () => {
    const [first, second] = [await register(), await register()];
    const connection = await made(secretOf(first), secretOf(second));
    await connection.test();
    const { id: plan } = await world.admin.preview(connection.id);
    await world.tenant.resetStats();
    const slow = { kind: 'throttle', route: 'users/delta', retryAfterSeconds: 2 } as const;
    await world.tenant.faults({ ...slow, count: 1 });
    await world.admin.switchSync(connection.id, true, plan);
    // Groups are read by the first credential; users have to wait.
    await world.until(async () => {
      const { byRoute } = await world.tenant.stats();
      return (byRoute['GET /groups/delta'] ?? 0) > 0;
    });
    await world.tenant.changeApp(first.clientId, { isEnabled: false });
    await world.tenant.faults({ kind: 'expiredToken', route: 'users/delta', count: 1 });
    await world.until(async () => {
      const [run] = await world.admin.runs(connection.id);
      return run !== undefined && run.state !== 'running';
    });
    expect(await world.admin.runs(connection.id)).toMatchObject([{ state: 'completed' }]);
    const path = `/manage/alerts?connection=${connection.id}&kind=credential-failing`;
    const alerts = z.object({ alerts: z.array(z.looseObject({})) });
    const told = async () => alerts.parse((await world.admin.ask('GET', path)).body).alerts;
    await world.until(async () => (await told()).length > 0);
    const { body } = await connection.ask('GET', '/status');
    const { entraCredentials } = z
      .object({ entraCredentials: z.array(z.looseObject({ id: z.string() })) })
      .parse(body);
    expect(await told()).toMatchObject([
      { subject: entraCredentials[0]?.id, reason: 'credential-refused' },
    ]);
  });

  it('are added, moved and removed; one for all parts has to stay', async () => {
    const [first, second] = [await register(), await register()];
    const connection = await made(secretOf(first));
    const added = await connection.ask('POST', '/entra/credentials', {
      body: { credential: { ...secretOf(second), name: 'Spare', for: 'groups' } },
    });
    const shown = z.object({ credentials: z.array(z.looseObject({ id: z.string() })) });
    const [one, spare] = shown.parse(added.body).credentials;
    expect(spare).toMatchObject({ name: 'Spare', for: 'groups', clientId: second.clientId });
    expect(await connection.test()).toMatchObject({ passed: true });
    const moved = await connection.ask('PATCH', `/entra/credentials/${spare?.id}`, {
      body: { for: 'all', place: 0, name: null },
      headers: { 'if-match': added.headers.get('etag') ?? '' },
    });
    expect(moved.body).toMatchObject({
      credentials: [{ id: spare?.id, for: 'all', name: null }, { id: one?.id }],
    });
    const remove = (id = '') => connection.ask('DELETE', `/entra/credentials/${id}`);
    expect(await remove(one?.id)).toMatchObject({ status: 200 });
    expect(await remove(spare?.id)).toMatchObject({ status: 400 });
    expect(await world.secretNames(`connection-${connection.id}-`)).toHaveLength(1);
  });
});

describe('groups with a credential of their own', () => {
  it('stop nobody else when it is refused, and catch up when it is not', async () => {
    const [own, ofGroups] = [await register(), await register()];
    const connection = await made(secretOf(own), { ...secretOf(ofGroups), for: 'groups' });
    const rules = { users: { types: 'both' }, groups: { withoutMail: true } };
    const { headers } = await connection.ask('GET', '');
    await connection.ask('PATCH', '', {
      body: { rules },
      headers: { 'if-match': headers.get('etag') ?? '' },
    });
    await world.admin.test(connection.id);
    const { id: plan } = await world.admin.preview(connection.id);
    await world.admin.switchSync(connection.id, true, plan);
    const inStep = async () => (await world.admin.status(connection.id)).inStep;
    const idle = async () => (await world.admin.status(connection.id)).currentRun === null;
    await world.until(async () => (await world.admin.runs(connection.id)).length > 0 && idle());
    const before = await inStep();
    expect(before.groups).toBe(SIZE.groups);

    await world.tenant.changeApp(ofGroups.clientId, { isEnabled: false });
    // Who has a token keeps it: new settings sign in anew.
    const etag = (await connection.ask('GET', '')).headers.get('etag') ?? '';
    await connection.ask('PATCH', '', { body: { name: 'Anew' }, headers: { 'if-match': etag } });
    await world.tenant.createUser({ displayName: 'Ursula User' });
    await world.tenant.createGroup({ displayName: 'Late Group' });
    await world.admin.syncNow(connection.id);
    await world.until(async () => (await inStep()).users === before.users + 1);
    await world.until(idle);
    expect((await inStep()).groups).toBe(before.groups);
    expect(await world.admin.status(connection.id)).toMatchObject({
      lastError: { code: 'credential-refused', message: expect.stringContaining('7000112') },
    });

    await world.tenant.changeApp(ofGroups.clientId, { isEnabled: true });
    await world.admin.syncNow(connection.id);
    await world.until(async () => (await inStep()).groups === before.groups + 1);
    await world.until(async () => (await world.admin.status(connection.id)).lastError === null);
  });
});
