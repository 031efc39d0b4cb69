import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { EVERYBODY } from './everybody.ts';
import { fresh } from './fresh.ts';
import { createScimCredential, openScimClient, type ScimClient } from './scim-client.ts';
import { startWorld, type World } from './world.ts';

const RULES = {
  ...EVERYBODY,
  users: { ...EVERYBODY.users, export: true },
  groups: { ...EVERYBODY.groups, export: true },
};

const failuresSchema = z.object({
  failures: z.array(z.object({ id: z.string(), reason: z.string() })),
});
const problemSchema = z.object({ detail: z.string() });

let world: World;
let client: ScimClient;

beforeAll(async () => {
  world = await startWorld({ users: 6, groups: 1, memberships: 2, writes: true });
  const { url, token } = await createScimCredential(world.azure, world.connectionId);
  client = openScimClient(url, token);
});
afterAll(() => world?.stop());

const person = (name: string) =>
  world.tenant.createUser({ userPrincipalName: `${name}@contoso.example`, displayName: name });

/** The entry of a user, once it is there. */
async function entryOf(userName: string): Promise<string> {
  const filter = encodeURIComponent(`userName eq "${userName}@contoso.example"`);
  const { body } = await client.get(`/Users?filter=${filter}`);
  return body.Resources[0].id;
}

const replace = (id: string, path: string, value: unknown) =>
  client.patch(`/Users/${id}`, [{ op: 'replace', path, value }]);
const titleOf = async (id: string) => (await world.tenant.show('user', id)).jobTitle;
const dumped = async (id: string) => (await world.tenant.dump()).find((one) => one.id === id);
const membersOf = async (id: string) =>
  ((await dumped(id))?.members ?? []).map((member) => member.id).sort();
const managerOf = async (id: string) => (await dumped(id))?.manager ?? null;
const graphWrites = async () => (await world.tenant.stats()).writes;
const reasons = async (): Promise<unknown[]> => {
  const path = `/manage/connections/${world.connectionId}/failures`;
  const { body } = await world.admin.ask('GET', path);
  return failuresSchema.parse(body).failures;
};

async function changeRules(rules: unknown, plan?: string) {
  const path = `/manage/connections/${world.connectionId}`;
  const headers = { 'if-match': (await world.admin.ask('GET', path)).headers.get('etag') ?? '' };
  return world.admin.ask('PATCH', path, { body: { rules, plan }, headers });
}

/** Why it was refused. */
async function refusal(answer: ReturnType<typeof changeRules>): Promise<string> {
  const { status, body } = await answer;
  expect(status).toBe(409);
  return problemSchema.parse(body).detail;
}

describe('what the application changes', () => {
  it('stays there as long as no export is on', async () => {
    const ada = await person('ada');
    await world.syncNow();
    await replace(await entryOf('ada'), 'title', 'Countess');
    await world.syncNow();
    expect(await titleOf(ada.id)).toBeUndefined();
  });

  it('takes a preview by just these rules to reach Entra', async () => {
    expect(await refusal(changeRules(RULES))).toContain('needs a preview first');
    const other = await world.admin.preview(world.connectionId);
    expect(await refusal(changeRules(RULES, other.id))).toContain('of other rules');
    const plan = await world.admin.preview(world.connectionId, RULES);
    const planned = [...(await world.admin.planned(world.connectionId, plan.id)).values()];
    const ada = planned.find(({ name }) => name === 'ada');
    expect(ada).toMatchObject({
      decision: 'update',
      changes: [],
      toEntra: [{ attribute: 'title', from: null, to: 'Countess' }],
    });
    expect((await changeRules(RULES, plan.id)).status).toBe(200);
    await world.until(async () => (await titleOf(ada?.id ?? '')) === 'Countess');
    await world.runEnded();
  });

  it('is in Entra at once, and its echo writes nothing', async () => {
    const [ada] = (await world.tenant.dump()).filter(({ displayName }) => displayName === 'ada');
    const id = await entryOf('ada');
    const before = await graphWrites();
    await replace(id, 'title', 'Analyst');
    await world.until(async () => (await titleOf(ada?.id ?? '')) === 'Analyst');
    const version = (await client.get(`/Users/${id}`)).body.meta.version;
    await world.syncNow();
    await world.syncNow();
    expect(await graphWrites()).toBe(before + 1);
    expect((await client.get(`/Users/${id}`)).body.meta.version).toBe(version);
    expect(await reasons()).toEqual([]);
  });

  it('yields to Entra where both have changed the same', async () => {
    const name = fresh('bob');
    const bob = await person(name);
    await world.syncNow();
    const id = await entryOf(name);
    await world.tenant.patchUser(bob.id, { department: 'Works' });
    await world.syncNow();
    // What Entra never takes waits in the application, until the account is the tenant's own.
    await world.tenant.patchUser(bob.id, { onPremisesSyncEnabled: true });
    await world.syncNow();
    const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
    await replace(id, `${enterprise}:department`, 'Snow');
    await replace(id, 'title', 'Driver');
    await world.until(async () => (await reasons()).length > 0);
    await world.tenant.patchUser(bob.id, { department: 'Roads', onPremisesSyncEnabled: null });
    await world.syncNow();
    await world.until(async () => (await titleOf(bob.id)) === 'Driver');
    await world.syncNow();
    const { body } = await client.get(`/Users/${id}`);
    const { department } = await world.tenant.show('user', bob.id);
    expect(department).toBe('Roads');
    expect(body[enterprise].department).toBe(department);
  });

  it('makes users and groups that Entra does not know, each once', async () => {
    const rules = {
      users: { ...RULES.users, create: { domain: 'haldenworks.example' } },
      groups: { ...RULES.groups, create: 'security' },
    };
    const tag = Date.now().toString(36);
    const early = await client.post('/Users', {
      schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'],
      userName: `early.${tag}`,
      displayName: `Early ${tag}`,
    });
    const plan = await world.admin.preview(world.connectionId, rules);
    const planned = `/manage/connections/${world.connectionId}/preview/${plan.id}/objects?decision=make`;
    expect((await world.admin.ask('GET', planned)).body).toMatchObject({
      objects: expect.arrayContaining([
        expect.objectContaining({
          kind: 'user',
          name: `Early ${tag}`,
          rule: 'users.create',
          reason: `it signs in as early.${tag}@haldenworks.example`,
        }),
      ]),
    });
    expect((await changeRules(rules, plan.id)).status).toBe(200);
    await world.runEnded();
    const earlier = async () => (await client.get(`/Users/${early.body.id}`)).body.externalId;
    await world.until(async () => (await earlier()) !== undefined);
    const made = await client.post('/Users', {
      schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'],
      userName: `zoë ${tag}@elsewhere.example`,
      displayName: `Zoë ${tag}`,
      title: 'New',
    });
    expect(made.status).toBe(201);
    const objectOf = async (path: string): Promise<string | undefined> =>
      (await client.get(path)).body.externalId;
    const path = `/Users/${made.body.id}`;
    await world.until(async () => (await objectOf(path)) !== undefined);
    const id = (await objectOf(path)) ?? '';
    expect(await world.tenant.show('user', id)).toMatchObject({
      userPrincipalName: `zoe.${tag}@haldenworks.example`,
      displayName: `Zoë ${tag}`,
      jobTitle: 'New',
    });
    const group = await client.post('/Groups', {
      schemas: ['urn:ietf:params:scim:schemas:core:2.0:Group'],
      displayName: `Band ${tag}`,
    });
    await world.until(async () => (await objectOf(`/Groups/${group.body.id}`)) !== undefined);
    const handover = `/manage/connections/${world.connectionId}/objects/${id}/first-password`;
    const first = await world.admin.ask('POST', handover);
    expect(first).toMatchObject({ status: 200, body: { mustChange: true } });
    expect((await world.admin.ask('POST', handover)).status).toBe(404);
    const before = await graphWrites();
    await world.syncNow();
    await world.syncNow();
    expect(await graphWrites()).toBe(before);
    const { body } = await client.get(path);
    expect(body).toMatchObject({ userName: `zoe.${tag}@haldenworks.example`, active: true });
    expect(await reasons()).not.toContainEqual(expect.objectContaining({ id }));
  });

  it('is refused of a user that is synced from on-premises, visibly and without asking', async () => {
    const name = fresh('eve');
    const eve = await person(name);
    await world.tenant.patchUser(eve.id, { onPremisesSyncEnabled: true });
    await world.syncNow();
    const before = await graphWrites();
    await replace(await entryOf(name), 'title', 'Spy');
    await world.until(async () => (await reasons()).length > 0);
    expect(await reasons()).toEqual([{ id: eve.id, reason: 'entra-read-only' }]);
    expect(await graphWrites()).toBe(before);
  });

  it('of members and managers is in Entra too, and so is what it takes away', async () => {
    const [cal, dan] = [await person('cal'), await person('dan')];
    const team = await world.tenant.createGroup({ displayName: `Team ${cal.id}` });
    await world.syncNow();
    const [calId, danId] = [await entryOf('cal'), await entryOf('dan')];
    const filter = encodeURIComponent(`displayName eq "Team ${cal.id}"`);
    const { body } = await client.get(`/Groups?filter=${filter}`);
    const groupId = body.Resources[0].id;
    const value = [{ value: calId }, { value: danId }];
    await client.patch(`/Groups/${groupId}`, [{ op: 'add', path: 'members', value }]);
    const ids = [cal.id, dan.id].sort();
    await world.until(async () => (await membersOf(team.id)).join() === ids.join());
    const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
    await replace(calId, `${enterprise}:manager`, { value: danId });
    await world.until(async () => (await managerOf(cal.id)) === dan.id);
    const before = await graphWrites();
    await world.syncNow();
    expect(await graphWrites()).toBe(before);
    const path = `members[value eq "${danId}"]`;
    await client.patch(`/Groups/${groupId}`, [{ op: 'remove', path }]);
    await world.until(async () => (await membersOf(team.id)).join() === cal.id);
    await client.patch(`/Users/${calId}`, [{ op: 'remove', path: `${enterprise}:manager` }]);
    await world.until(async () => (await managerOf(cal.id)) === null);
    expect(await world.tenant.show('user', dan.id)).toMatchObject({ displayName: 'dan' });
  });

  it('needs a target group that can be written', async () => {
    const dynamic = await world.tenant.createGroup({
      displayName: 'By a rule',
      groupTypes: ['DynamicMembership'],
    });
    const users = { ...RULES.users, targetGroup: dynamic.id };
    const { status, body } = await changeRules({ ...RULES, users });
    expect(status).toBe(400);
    expect(problemSchema.parse(body).detail).toContain('rules.users.targetGroup');
  });
});
