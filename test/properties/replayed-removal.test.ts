import { beforeAll, expect, it } from 'vitest';
import { ruleSettingsSchema } from '../../lib/sync/rules/settings.ts';
import { differencesFromTenant } from './differences.ts';
import { sameLuck } from './luck.ts';
import { removedItem, userItem } from './tenant-items.ts';
import { World } from './world.ts';

const rules = ruleSettingsSchema.parse({
  users: { types: 'both', aliases: null, missingNames: 'leave-empty' },
  groups: { withoutMail: true },
});

beforeAll(sameLuck);

function* ones(): Generator<number> {
  for (;;) yield 1;
}

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
