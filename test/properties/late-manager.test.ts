import { beforeAll, expect, it } from 'vitest';
import { ruleSettingsSchema } from '../../lib/sync/rules/settings.ts';
import { ones } from './chance.ts';
import { sameLuck } from './luck.ts';
import { CONNECTION, World } from './world.ts';

const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
/** Nobody who looks again after 1 or 5 minutes finds what happens between the two. */
const BETWEEN_LOOKS_SECONDS = 100;

const rules = ruleSettingsSchema.parse({
  users: {
    types: 'both',
    aliases: null,
    missingNames: 'leave-empty',
    export: true,
    create: { domain: 'contoso.example' },
  },
  groups: { withoutMail: true },
});

beforeAll(sameLuck);

/** A world that knows who is in Entra, and how often managers are written there. */
async function begun() {
  const world = new World({ workers: 1, faults: [], chance: ones(), rules });
  await world.connect();
  world.tenant.addGroup();
  world.tenant.addUser();
  await world.pollAfter(1);
  const written: string[] = [];
  const { setManagers } = world.writes;
  Object.assign(world.writes, {
    setManagers: (pairs: Parameters<typeof setManagers>[0], priority: 'high' | 'low') => {
      written.push(...pairs.map(({ userId }) => userId));
      return setManagers(pairs, priority);
    },
  });
  const connection = await world.outside.connections.get(CONNECTION);
  if (!connection) throw new Error('the connection is gone');
  const store = world.outside.directories.resources(connection);
  const make = async (name: string, { managerId, active = true }: Made = {}) => {
    const extension = managerId && { [ENTERPRISE]: { manager: { value: managerId } } };
    const resource = { userName: `${name}@contoso.example`, displayName: name, active };
    const made = await store.create('user', { ...resource, ...extension }, 'app');
    if (!made.ok) throw new Error(made.reason);
    return made.stored;
  };
  const tell = async () => {
    world.poll('written');
    await world.settle();
  };
  return { world, store, make, tell, written };
}

interface Made {
  readonly managerId?: string;
  readonly active?: boolean;
}

function named({ tenant }: World, name: string) {
  const found = [...tenant.users.values()].find(({ displayName }) => displayName === name);
  if (!found) throw new Error(`nobody is called ${name}`);
  return found;
}

it('a manager who is linked only later is written as soon as that is so', async () => {
  const { world, store, make, tell, written } = await begun();
  const manager = await make('manager', { active: false });
  await make('report', { managerId: manager.id });
  await tell();
  await world.later(BETWEEN_LOOKS_SECONDS);
  expect(named(world, 'report').manager).toBeUndefined();
  await store.replace(manager, { ...manager.resource, active: true }, 'app');
  await tell();
  expect(named(world, 'report').manager).toBe(named(world, 'manager').id);
  for (let n = 0; n < 4; n += 1) await world.pollAfter(1_800);
  expect(written).toEqual([named(world, 'report').id]);
});

it('so is one whose account is adopted, which nobody made', async () => {
  const { world, make, tell } = await begun();
  const manager = await make('manager', { active: false });
  await make('report', { managerId: manager.id });
  await tell();
  await world.later(BETWEEN_LOOKS_SECONDS);
  const account = world.tenant.addUser();
  const { store } = await worldStore(world);
  await store.replace(
    manager,
    { ...manager.resource, externalId: account.id, active: true },
    'app',
  );
  await world.pollAfter(1);
  expect(named(world, 'report').manager).toBe(account.id);
});

async function worldStore({ outside }: World) {
  const connection = await outside.connections.get(CONNECTION);
  if (!connection) throw new Error('the connection is gone');
  return { store: outside.directories.resources(connection) };
}

it('each of many managers who come together is written once', async () => {
  const { world, make, tell, written } = await begun();
  const ids: string[] = [];
  for (let n = 0; n < 60; n += 1) {
    const managerId = ids[Math.floor((n - 1) / 3)];
    ids.push((await make(`n${n}`, managerId === undefined ? {} : { managerId })).id);
  }
  await tell();
  await world.later(5);
  for (let n = 1; n < 60; n += 1)
    expect(named(world, `n${n}`).manager).toBe(named(world, `n${Math.floor((n - 1) / 3)}`).id);
  for (let n = 0; n < 4; n += 1) await world.pollAfter(1_800);
  expect(new Set(written).size).toBe(59);
  expect(written).toHaveLength(59);
});
