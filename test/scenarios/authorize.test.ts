import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { startWorld, type World } from './world.ts';

const CONNECTION = '/manage/connections/consented';
const READS = ['User.Read.All', 'Group.Read.All', 'Directory.Read.All'];

let world: World;

beforeAll(async () => {
  world = await startWorld({ users: 5, groups: 2, memberships: 4, empty: true });
  const body = {
    id: 'consented',
    name: 'Consented',
    entra: { tenantId: world.azure.tenantId, credentials: [{ kind: 'connector' }] },
  };
  expect(await world.admin.ask('POST', '/manage/connections', { body })).toMatchObject({
    status: 201,
  });
});
afterAll(() => world?.stop());

/** The connector's application is a stranger in the tenant again. */
beforeEach(() =>
  world.tenant.changeApp(world.azure.clientId, {
    isInTenant: false,
    requested: READS,
    roles: [],
    consent: 'grant',
  }),
);

const addressSchema = z.object({ address: z.url(), redirectUri: z.string() });

/** What an administrator's browser does: to the tenant, and back to the app. */
async function consent(): Promise<{ back: string; status: number; text: string }> {
  const asked = await world.admin.ask('POST', `${CONNECTION}/authorize`);
  expect(asked.status).toBe(200);
  const { address, redirectUri } = addressSchema.parse(asked.body);
  const answer = await fetch(address, { redirect: 'manual' });
  const back = answer.headers.get('location') ?? '';
  expect(back.startsWith(redirectUri)).toBe(true);
  const arrived = await fetch(back);
  return { back, status: arrived.status, text: await arrived.text() };
}

async function authorization() {
  const { body } = await world.admin.ask('GET', `${CONNECTION}/status`);
  return z.object({ authorization: z.record(z.string(), z.looseObject({})) }).parse(body)
    .authorization;
}

describe('the consent of a tenant', () => {
  it('connects it, and the status says by whom and to what', async () => {
    expect(await authorization()).toMatchObject({ users: { status: 'unknown' } });
    const { status, text, back } = await consent();
    expect([status, text]).toEqual([200, expect.stringContaining('connected')]);
    const known = await authorization();
    const authorized = { status: 'authorized', how: 'consent', permissions: READS, missing: [] };
    expect(known).toMatchObject({ users: authorized, groups: authorized, domains: authorized });
    // The way back is good once.
    expect((await fetch(back)).status).toBe(400);
  });

  it('declined, is a problem that says what to do', async () => {
    await world.tenant.changeApp(world.azure.clientId, { consent: 'deny' });
    const { status, text } = await consent();
    expect([status, text]).toEqual([403, expect.stringContaining('ask an administrator')]);
    expect(await authorization()).toMatchObject({ users: { status: 'declined' } });
  });

  it('of another tenant, or made up, connects nothing', async () => {
    await world.tenant.changeApp(world.azure.clientId, { consent: 'forged-tenant' });
    expect((await consent()).status).toBe(409);
    const asked = await world.admin.ask('POST', `${CONNECTION}/authorize`);
    const { address, redirectUri } = addressSchema.parse(asked.body);
    const forged = new URL(redirectUri);
    forged.search = new URLSearchParams({
      admin_consent: 'True',
      tenant: world.azure.tenantId,
      state: new URL(address).searchParams.get('state') ?? '',
    }).toString();
    const answer = await fetch(forged);
    expect([answer.status, await answer.text()]).toEqual([
      502,
      expect.stringContaining('AADSTS700016'),
    ]);
    expect(await authorization()).toMatchObject({
      users: { status: 'refused', next: expect.stringContaining('consent') },
    });
  });

  it('tells which permissions the switches lack', async () => {
    await world.tenant.changeApp(world.azure.clientId, { requested: ['User.Read.All'] });
    const { status } = await consent();
    expect(status).toBe(403);
    expect(await authorization()).toMatchObject({
      users: { status: 'authorized' },
      groups: { status: 'refused', missing: ['Group.Read.All'] },
    });
  });
});
