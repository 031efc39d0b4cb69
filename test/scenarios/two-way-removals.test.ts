import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Connected } from './connected.ts';
import { EVERYBODY } from './everybody.ts';
import { createScimCredential, openScimClient, type ScimClient } from './scim-client.ts';
import { startWorld, type World } from './world.ts';

const RULES = {
  ...EVERYBODY,
  users: { ...EVERYBODY.users, export: true },
  groups: { ...EVERYBODY.groups, export: true },
};

let world: World;
let both: Connected;
let client: ScimClient;

beforeAll(async () => {
  world = await startWorld({ users: 6, groups: 1, memberships: 2, writes: true, empty: true });
  both = await world.another('both', RULES);
  await both.switchSync(true);
  await both.runEnded();
  const { url, token } = await createScimCredential(world.azure, both.connectionId);
  client = openScimClient(url, token);
});
afterAll(() => world?.stop());

/** A user whose name is new, and the id of the entry. */
async function person() {
  const name = `p${crypto.randomUUID()}`;
  const userPrincipalName = `${name}@contoso.example`;
  const { id } = await world.tenant.createUser({ userPrincipalName, displayName: name });
  await both.syncNow();
  return { id, appId: await entryOf(id) };
}

/** The entry of an object; undefined where there is none. */
async function entryOf(id: string): Promise<string> {
  const { body } = await client.get(`/Users?filter=${encodeURIComponent(`externalId eq "${id}"`)}`);
  return body.Resources?.[0]?.id;
}

const isEnabled = async (id: string) => (await world.tenant.show('user', id)).accountEnabled;
const switchTo = (appId: string, active: boolean) =>
  client.patch(`/Users/${appId}`, [{ op: 'replace', path: 'active', value: active }]);
const held = () => world.admin.held(both.connectionId);

/** From now on so many users at a time may be disabled or deleted. */
async function limit(count: number): Promise<void> {
  const path = `/manage/connections/${both.connectionId}`;
  const headers = { 'if-match': (await world.admin.ask('GET', path)).headers.get('etag') ?? '' };
  const body = { guard: { users: { count } } };
  expect((await world.admin.ask('PATCH', path, { body, headers })).status).toBe(200);
}

describe('what the application takes away', () => {
  it('is disabled in Entra while its entry is inactive', async () => {
    const { id, appId } = await person();
    await switchTo(appId, false);
    await world.until(async () => (await isEnabled(id)) === false);
    await both.syncNow();
    expect((await client.get(`/Users/${appId}`)).body.active).toBe(false);
    await switchTo(appId, true);
    await world.until(async () => (await isEnabled(id)) === true);
  });

  it('is disabled on approval alone where so many are deleted, and comes back when Entra enables it', async () => {
    const { id, appId } = await person();
    const other = await person();
    await limit(1);
    for (const one of [appId, other.appId]) await client.send('DELETE', `/Users/${one}`);
    await world.until(async () => {
      const ids = (await held()).held.map((one) => one.id);
      return ids.includes(id) && ids.includes(other.id);
    });
    expect((await held()).held).toContainEqual(
      expect.objectContaining({
        id,
        action: 'disable-in-entra',
        evidence: 'the application deleted the entry',
      }),
    );
    expect(await isEnabled(id)).toBe(true);
    const approval = await world.admin.approve(both.connectionId, { ids: [id] });
    const { counters } = await both.ended(approval);
    expect(counters.users).toMatchObject({ disabledInEntra: 1 });
    expect(await isEnabled(id)).toBe(false);
    await both.syncNow();
    expect(await entryOf(id)).toBeUndefined();
    await world.tenant.patchUser(id, { accountEnabled: true });
    // Entra says so at once after our own write: it is believed when no replica can lag any more.
    await world.admin.ask('POST', `/manage/connections/${both.connectionId}/provision`, {
      body: { user: id },
    });
    await world.until(async () => (await entryOf(id)) !== undefined);
    await world.admin.reject(both.connectionId);
    expect(await isEnabled(other.id)).toBe(true);
  });
});
