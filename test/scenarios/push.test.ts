import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openApplication } from './application.ts';
import { fresh } from './fresh.ts';
import { createScimCredential, openScimClient, type ScimClient } from './scim-client.ts';
import { startWorld, type World } from './world.ts';

const CONNECTION = fresh('pushed');

let world: World;
let entra: ScimClient;
let app: ScimClient;
let graphRequests: number;

beforeAll(async () => {
  world = await startWorld({ users: 3, groups: 1, memberships: 1, empty: true });
  const { azure, admin } = world;
  const { tenantId, clientId, clientSecret } = azure;
  const made = await admin.ask('POST', '/manage/connections', {
    body: {
      id: CONNECTION,
      name: 'Pushed',
      entra: { tenantId, clientId, clientSecret },
      import: 'push',
    },
  });
  expect(made.status).toBe(201);
  entra = await clientOf('entra');
  app = await clientOf('app');
  graphRequests = (await world.tenant.stats()).requests;
});
afterAll(() => world?.stop());

async function clientOf(role: 'app' | 'entra'): Promise<ScimClient> {
  const { url, token } = await createScimCredential(world.azure, CONNECTION, role);
  return openScimClient(url, token);
}

const user = (name: string, externalId: string) => ({
  schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'],
  externalId,
  userName: `${name}@example.com`,
  active: true,
  displayName: name,
});

const inStep = async () => (await world.admin.status(CONNECTION)).inStep;

describe('a connection that Entra’s provisioning service writes into', () => {
  it('takes nothing from it while it is off', async () => {
    const refused = await entra.post('/Users', user('early', randomUUID()));
    expect(refused).toMatchObject({ status: 403, body: { status: '403' } });
    expect((await entra.get('/Users')).body.totalResults).toBe(0);
  });

  it('is switched on without a preview', async () => {
    await world.admin.test(CONNECTION);
    const answer = await world.admin.ask('PUT', `/manage/connections/${CONNECTION}/sync`, {
      body: { enabled: true },
    });
    expect(answer.status).toBe(200);
    expect((await entra.post('/Users', user('first', randomUUID()))).status).toBe(201);
    await world.until(async () => (await inStep()).users === 1);
  });

  it('says what is missing where no object id comes along', async () => {
    const { status, body } = await entra.post('/Users', user('nameless', 'nameless'));
    expect([status, body.scimType]).toEqual([400, 'invalidValue']);
    expect(body.detail).toContain('externalId');
    expect((await app.post('/Users', user('own', 'own'))).status).toBe(201);
  });

  it('ties what is written to its object, and lets go of what is deleted', async () => {
    const before = await inStep();
    const ids: string[] = [];
    for (const name of ['a', 'b', 'c']) {
      const { body } = await entra.post('/Users', user(name, randomUUID()));
      ids.push(body.id);
    }
    const group = await entra.post('/Groups', { displayName: 'Team', externalId: randomUUID() });
    await entra.patch(`/Groups/${group.body.id}`, [
      { op: 'Add', path: 'members', value: ids.map((value) => ({ value })) },
    ]);
    await world.until(async () => (await inStep()).users === before.users + 3);
    await world.until(async () => (await inStep()).groups === before.groups + 1);
    await entra.patch(`/Users/${ids[0]}`, [{ op: 'Replace', path: 'active', value: 'False' }]);
    expect((await app.get(`/Users/${ids[0]}`)).body.active).toBe(false);
    expect((await entra.send('DELETE', `/Users/${ids[1]}`)).status).toBe(204);
    await world.until(async () => (await inStep()).users === before.users + 2);
    const shown = await app.get(`/Groups/${group.body.id}`);
    const members = new Set(shown.body.members.map((member: { value: string }) => member.value));
    expect(members).toEqual(new Set([ids[0], ids[2]]));
  });

  it('leaves no mark behind, and asks Graph for nothing', async () => {
    await world.until(async () => {
      const rows = await world.rows(['directory', 'directorymembers']);
      return ![...rows.keys()].some((key) => key.includes('/p:'));
    });
    expect((await world.tenant.stats()).requests).toBe(graphRequests);
  });

  it('takes its entries away with it, where that is asked for', async () => {
    const answer = await world.admin.ask(
      'DELETE',
      `/manage/connections/${CONNECTION}?users=deactivate`,
    );
    expect(answer.status).toBe(202);
    const isActive = async () => {
      const entries = [
        ...(
          await openApplication(world.azure.tableConnectionString, CONNECTION).read()
        ).users.values(),
      ];
      return entries.filter(({ active }) => active).map(({ attributes }) => attributes.userName);
    };
    await world.until(async () => (await isActive()).join() === 'own@example.com');
  });
});
