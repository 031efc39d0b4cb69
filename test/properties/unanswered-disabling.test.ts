import { beforeAll, expect, it } from 'vitest';
import type { EntraChange } from '../../lib/ports/entra-writes.ts';
import { ruleSettingsSchema } from '../../lib/sync/rules/settings.ts';
import { happensInApp } from './app-events.ts';
import { ones } from './chance.ts';
import { readApplication } from './differences.ts';
import { sameLuck } from './luck.ts';
import { userItem } from './tenant-items.ts';
import { World } from './world.ts';

const rules = ruleSettingsSchema.parse({
  users: {
    types: 'both',
    aliases: null,
    missingNames: 'leave-empty',
    export: true,
    exportDeletion: 'disable',
  },
  groups: { withoutMail: true },
});

beforeAll(sameLuck);

it('an account whose disabling was never answered is not taken for one that somebody enables', async () => {
  const guard = { users: { count: 100, percent: 100 } };
  const world = new World({ workers: 1, faults: [], chance: ones(), rules, guard });
  await world.connect();
  world.tenant.addGroup();
  const user = world.tenant.addUser();
  await world.pollAfter(1);
  const before = userItem(user);
  const { update } = world.writes;
  Object.assign(world.writes, {
    update: async (changes: readonly EntraChange[]) => {
      await update(changes);
      return changes.map(() => ({ ok: false, reason: 'later', detail: 'nobody knows' }));
    },
  });
  await happensInApp(world, 'deleteInApp', { a: 0, b: 0 });
  world.poll('written');
  await world.settle();
  await world.later(10);
  expect(user.enabled).toBe(false);
  Object.assign(world.writes, { update });
  await world.pollAfter(10);
  await world.later(60);
  // A replica that lags.
  world.tenant.say(before);
  await world.pollAfter(180);
  for (let n = 0; n < 4; n += 1) await world.pollAfter(600);
  expect(user.enabled).toBe(false);
  expect((await readApplication(world)).users.size).toBe(0);
});
