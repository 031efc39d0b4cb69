import { beforeAll, expect, it } from 'vitest';
import { apply } from '../../lib/flows/lanes/apply.ts';
import { laneOf } from '../../lib/sync/lanes.ts';
import { ruleSettingsSchema } from '../../lib/sync/rules/settings.ts';
import { ones } from './chance.ts';
import { differencesFromTenant, leftovers } from './differences.ts';
import { sameLuck } from './luck.ts';
import { removedItem } from './tenant-items.ts';
import { CONNECTION, World } from './world.ts';

const rules = ruleSettingsSchema.parse({
  users: { types: 'both', aliases: null, missingNames: 'leave-empty', accounts: 'enabled' },
  groups: { withoutMail: true },
});

beforeAll(sameLuck);

async function begun({ isEnabled = true } = {}) {
  const world = new World({ workers: 1, faults: [], chance: ones(), rules });
  await world.connect();
  const [group, user] = [world.tenant.addGroup(), world.tenant.addUser()];
  user.enabled = isEnabled;
  await world.pollAfter(1);
  const connection = await world.outside.connections.get(CONNECTION);
  if (!connection) throw new Error('the connection is gone');
  const app = world.outside.directories.app(connection);
  /** What a worker does that has lost its lane: it makes the entry, and says that it could not go on. */
  const makeLate = async (kind: 'user' | 'group', id: string) => {
    const lane = laneOf(id);
    const attributes = {
      displayName: 'late',
      ...(kind === 'user' && { userName: 'late@x.example' }),
    };
    const [made] = await app.create([{ kind, externalId: id, active: true, attributes }], lane);
    if (!made?.ok) throw new Error('nothing was made');
    const { runId } = await world.outside.lanes.open(CONNECTION, lane);
    const place = { v: 1 as const, connectionId: CONNECTION, lane, runId, settingsVersion: 1 };
    const retry = { ...place, epoch: 0, kind: 'retry' as const, links: [id], reassert: true };
    await apply(world.outside, retry, 1);
    await world.pollAfter(180);
  };
  return { world, app, group, user, makeLate };
}

it.each(['user', 'group'] as const)(
  'the entry of a %s that was purged meanwhile goes again',
  async (kind) => {
    const { world, makeLate, ...objects } = await begun();
    const object = objects[kind];
    object.life = 'purged';
    world.tenant.say(removedItem(object, kind));
    await world.pollAfter(180);
    await makeLate(kind, object.id);
    expect(await differencesFromTenant(world)).toEqual([]);
    expect(await leftovers(world)).toEqual([]);
  },
);

it('the entry of who is left out meanwhile is inactive', async () => {
  const { world, app, user, makeLate } = await begun({ isEnabled: false });
  await makeLate('user', user.id);
  expect((await app.find('user', [user.id])).get(user.id)?.active).toBe(false);
  expect(await leftovers(world)).toEqual([]);
});
