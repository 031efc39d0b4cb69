import { beforeAll, expect, it } from 'vitest';
import { ruleSettingsSchema } from '../../lib/sync/rules/settings.ts';
import { happensInApp } from './app-events.ts';
import { ones } from './chance.ts';
import { differencesFromTenant, leftovers } from './differences.ts';
import { sameLuck } from './luck.ts';
import { removedItem, userItem } from './tenant-items.ts';
import { World } from './world.ts';

const rules = ruleSettingsSchema.parse({
  users: { types: 'both', aliases: null, missingNames: 'leave-empty' },
  groups: { withoutMail: true },
});
const exporting = { ...rules, users: { ...rules.users, export: true } };

beforeAll(sameLuck);

it('who is restored stays, though the page of that repeats the removal of before', async () => {
  const world = new World({ workers: 1, faults: [], chance: ones(), rules });
  await world.connect();
  const user = world.tenant.addUser();
  await world.pollAfter(1);
  user.life = 'soft';
  world.tenant.say(removedItem(user, 'user'));
  await world.pollAfter(180);
  await world.later(120);
  user.life = 'live';
  world.tenant.say(userItem(user));
  world.tenant.say(removedItem(user, 'user'));
  await world.pollAfter(180);
  await world.later(120);
  expect(await differencesFromTenant(world)).toEqual([]);
});

it('who is restored stays, though a replay comes while its entry is looked for', async () => {
  const world = new World({ workers: 1, faults: [], chance: ones(), rules: exporting });
  await world.connect();
  const user = world.tenant.addUser();
  await world.pollAfter(1);
  user.life = 'soft';
  world.tenant.say(removedItem(user, 'user'));
  await world.pollAfter(180);
  await world.later(120);
  user.life = 'live';
  world.tenant.say(userItem(user));
  await happensInApp(world, 'deleteInApp', { a: 0, b: 0 });
  await world.pollAfter(180);
  world.tenant.say(removedItem(user, 'user'));
  await world.pollAfter(10);
  // Looked for again after a minute, and made anew after another.
  await world.later(1_800);
  expect(await differencesFromTenant(world)).toEqual([]);
});

it('a page that repeats who joined leaves nothing behind of a member who was purged since', async () => {
  const world = new World({ workers: 1, faults: [], chance: ones(), rules });
  await world.connect();
  const [group, user] = [world.tenant.addGroup(), world.tenant.addUser()];
  await world.pollAfter(1);
  user.life = 'purged';
  world.tenant.say(removedItem(user, 'user'));
  await world.pollAfter(180);
  const members = [{ id: user.id, kind: 'user' as const, removed: false }];
  world.tenant.say({ kind: 'group', id: group.id, properties: {}, members });
  await world.pollAfter(180);
  expect([...(await differencesFromTenant(world)), ...(await leftovers(world))]).toEqual([]);
});
