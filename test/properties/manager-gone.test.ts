import { beforeAll, expect, it } from 'vitest';
import { ruleSettingsSchema } from '../../lib/sync/rules/settings.ts';
import { ones } from './chance.ts';
import { differencesFromTenant, leftovers } from './differences.ts';
import { sameLuck } from './luck.ts';
import { removedItem, userItem } from './tenant-items.ts';
import type { TenantUser } from './tenant-view.ts';
import { CONNECTION, World } from './world.ts';

const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

const rules = ruleSettingsSchema.parse({
  users: {
    types: 'both',
    aliases: null,
    missingNames: 'leave-empty',
    export: true,
    exportDeletion: 'delete',
  },
  groups: { withoutMail: true },
});

beforeAll(sameLuck);

/**
 * A user whose manager the application has deleted, who lies in Entra's bin since; the application has
 * named another one instead.
 */
async function between() {
  const world = new World({ workers: 1, faults: [], chance: ones(), rules });
  await world.connect();
  world.tenant.addGroup();
  const [user, former, chosen] = [
    world.tenant.addUser(),
    world.tenant.addUser(),
    world.tenant.addUser(),
  ];
  user.manager = former.id;
  await world.pollAfter(1);
  const { store, entryOf } = await application(world);
  await store.remove('user', (await entryOf(former)).id, 'app');
  await tell(world);
  await world.pollAfter(180);
  expect(former.life).toBe('soft');
  const entry = await entryOf(user);
  const value = (await entryOf(chosen)).id;
  await store.replace(entry, { ...entry.resource, [ENTERPRISE]: { manager: { value } } }, 'app');
  await tell(world);
  // As long as Entra's manager may come back, that one stands.
  expect(user.manager).toBe(former.id);
  return { world, user, former, chosen };
}

async function application({ outside }: World) {
  const connection = await outside.connections.get(CONNECTION);
  if (!connection) throw new Error('the connection is gone');
  const store = outside.directories.resources(connection);
  const entryOf = async ({ id }: TenantUser) => {
    const { resources } = await store.list('user', undefined, 100);
    const found = resources.find(({ resource }) => resource.externalId === id);
    if (!found) throw new Error(`${id} has no entry`);
    return found;
  };
  return { store, entryOf };
}

async function tell(world: World): Promise<void> {
  world.poll('written');
  await world.settle();
}

async function isInStep(world: World): Promise<void> {
  await world.pollAfter(180);
  expect([...(await differencesFromTenant(world)), ...(await leftovers(world))]).toEqual([]);
}

it('the manager whom the application has named is written once Entra’s is purged', async () => {
  const { world, user, former, chosen } = await between();
  former.life = 'purged';
  user.manager = null;
  world.tenant.say({ kind: 'user', id: former.id, removed: 'deleted', properties: {} });
  await world.pollAfter(180);
  expect(user.manager).toBe(chosen.id);
  await isInStep(world);
});

it('so it is once Entra’s is cleared', async () => {
  const { world, user, chosen } = await between();
  user.manager = null;
  world.tenant.say({ ...userItem(user), manager: null });
  await world.pollAfter(180);
  expect(user.manager).toBe(chosen.id);
  await isInStep(world);
});

/** A user whose manager the application has named, just now. */
async function managed() {
  const world = new World({ workers: 1, faults: [], chance: ones(), rules });
  await world.connect();
  world.tenant.addGroup();
  const [user, chosen] = [world.tenant.addUser(), world.tenant.addUser()];
  await world.pollAfter(1);
  const { store, entryOf } = await application(world);
  const entry = await entryOf(user);
  const value = (await entryOf(chosen)).id;
  await store.replace(entry, { ...entry.resource, [ENTERPRISE]: { manager: { value } } }, 'app');
  await tell(world);
  expect(user.manager).toBe(chosen.id);
  return { world, user, chosen };
}

it('a manager whom Entra took away just after our own write, and before the bin, is gone after it', async () => {
  const { world, user } = await managed();
  user.manager = null;
  world.tenant.say(userItem(user, true));
  await world.pollAfter(60);
  user.life = 'soft';
  world.tenant.say(removedItem(user, 'user'));
  await world.pollAfter(180);
  await world.later(1_800);
  user.life = 'live';
  world.tenant.say(userItem(user));
  await world.pollAfter(180);
  await world.later(1_800);
  expect([...(await differencesFromTenant(world)), ...(await leftovers(world))]).toEqual([]);
});

it('a manager in the bin, whom no read by id shows, is not taken away', async () => {
  const { world, user, chosen } = await managed();
  // A replica that lags: the user is read once more, some minutes later.
  world.tenant.say({ ...userItem(user), manager: null });
  await world.pollAfter(60);
  chosen.life = 'soft';
  world.tenant.say(removedItem(chosen, 'user'));
  await world.pollAfter(180);
  await world.later(1_800);
  chosen.life = 'live';
  world.tenant.say(userItem(chosen));
  await world.pollAfter(180);
  await world.later(1_800);
  expect([...(await differencesFromTenant(world)), ...(await leftovers(world))]).toEqual([]);
});
