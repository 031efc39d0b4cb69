import { beforeAll, expect, it } from 'vitest';
import { AppError } from '../../lib/errors.ts';
import type { EntraDraft } from '../../lib/ports/entra-writes.ts';
import { ruleSettingsSchema } from '../../lib/sync/rules/settings.ts';
import { createsInApp } from './app-events.ts';
import { ones } from './chance.ts';
import { differencesFromTenant } from './differences.ts';
import { sameLuck } from './luck.ts';
import { CONNECTION, World } from './world.ts';

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

async function entriesOf(world: World) {
  const connection = await world.outside.connections.get(CONNECTION);
  if (!connection) throw new Error('the connection is gone');
  const store = world.outside.directories.resources(connection);
  const { resources } = await store.list('user', undefined, 100);
  return { store, resources };
}

/** A world in which the application deletes an entry as soon as Entra has made an account of it. */
async function madeAndDeleted(isAnswered: boolean): Promise<World> {
  const world = new World({ workers: 1, faults: [], chance: ones(), rules });
  await world.connect();
  world.tenant.addGroup();
  world.tenant.addUser();
  await world.pollAfter(1);
  const { create } = world.writes;
  Object.assign(world.writes, {
    create: async (drafts: readonly EntraDraft[]) => {
      const made = await create(drafts);
      const { store, resources } = await entriesOf(world);
      const own = resources.filter(({ resource }) => resource.displayName === 'made 1');
      for (const { id } of own) await store.remove('user', id, 'app');
      return isAnswered ? made : made.map(() => ({ ok: false, reason: 'later', detail: '' }));
    },
  });
  await createsInApp(world, 'user', 1);
  world.poll('written');
  await world.settle();
  for (let minute = 0; minute < 60; minute += 1) await world.pollAfter(60);
  return world;
}

it.each([{ isAnswered: true }, { isAnswered: false }])(
  'who is deleted while Entra makes the account is disabled there, answered: $isAnswered',
  async ({ isAnswered }) => {
    const world = await madeAndDeleted(isAnswered);
    const accounts = [...world.tenant.users.values()].filter(({ marker }) => marker !== undefined);
    expect(accounts.map(({ enabled }) => enabled)).toEqual([false]);
    const { resources } = await entriesOf(world);
    expect(resources.map(({ resource }) => resource.displayName)).toEqual(['u0']);
  },
);

it('who is deleted in Entra before the tie, which a crash has put off, is inactive', async () => {
  const world = new World({ workers: 1, faults: [], chance: ones(), rules });
  await world.connect();
  world.tenant.addGroup();
  world.tenant.addUser();
  await world.pollAfter(1);
  const send = world.bus.send.bind(world.bus);
  let isDown = true;
  const sendUnlessDown: typeof send = async (queue, messages) => {
    const isTie = messages.some(({ body }) => JSON.stringify(body).includes('"kind":"born"'));
    if (isTie && isDown) throw new AppError('unavailable', 'the bus is down');
    return send(queue, messages);
  };
  Object.assign(world.bus, { send: sendUnlessDown });
  await createsInApp(world, 'user', 1);
  world.poll('written');
  await world.settle(200);
  const account = [...world.tenant.users.values()].find(({ marker }) => marker !== undefined);
  if (!account) throw new Error('nothing was made');
  // The delta tells that while nobody knows whose account it is.
  account.life = 'soft';
  isDown = false;
  await world.settle();
  for (let minute = 0; minute < 20; minute += 1) await world.pollAfter(60);
  expect(await differencesFromTenant(world)).toEqual([]);
});
