import { beforeAll, expect, it } from 'vitest';
import { apply } from '../../lib/flows/lanes/apply.ts';
import { laneOf } from '../../lib/sync/lanes.ts';
import { ruleSettingsSchema } from '../../lib/sync/rules/settings.ts';
import { ones } from './chance.ts';
import { differencesFromTenant } from './differences.ts';
import { sameLuck } from './luck.ts';
import { mortal } from './mortal.ts';
import { userItem } from './tenant-items.ts';
import { CONNECTION, World } from './world.ts';

const rules = ruleSettingsSchema.parse({
  users: { types: 'both', aliases: null, missingNames: 'leave-empty', accounts: 'enabled' },
  groups: { withoutMail: true },
});

beforeAll(sameLuck);

it('who comes into the scope and has lost their manager by then has none, though a worker died making the entry', async () => {
  const world = new World({ workers: 1, faults: [], chance: ones(), rules });
  await world.connect();
  world.tenant.addGroup();
  const [user, manager] = [world.tenant.addUser(), world.tenant.addUser()];
  user.enabled = false;
  user.manager = manager.id;
  world.tenant.say(userItem(user, true));
  await world.pollAfter(1);
  user.enabled = true;
  user.manager = null;
  const lane = laneOf(user.id);
  const { runId, epoch } = await world.outside.lanes.open(CONNECTION, lane);
  const items = {
    v: 1 as const,
    connectionId: CONNECTION,
    lane,
    runId,
    settingsVersion: 1,
    epoch: epoch + 1,
    runKind: 'incremental' as const,
    phase: 'changes' as const,
    n: 1,
    kind: 'items' as const,
    items: [userItem(user, true)],
  };
  await expect(apply(mortal(world.outside, 'create'), items, 1)).rejects.toThrow(
    'this worker dies',
  );
  await apply(world.outside, items, 2);
  await world.pollAfter(180);
  expect(await differencesFromTenant(world)).toEqual([]);
});
