import { beforeAll, expect, it } from 'vitest';
import { apply } from '../../lib/flows/lanes/apply.ts';
import { laneOf } from '../../lib/sync/lanes.ts';
import { ruleSettingsSchema } from '../../lib/sync/rules/settings.ts';
import { managerInApp } from './app-members.ts';
import { ones } from './chance.ts';
import { differencesFromTenant } from './differences.ts';
import { sameLuck } from './luck.ts';
import { mortal } from './mortal.ts';
import { CONNECTION, World } from './world.ts';

const rules = ruleSettingsSchema.parse({
  users: { types: 'both', aliases: null, missingNames: 'leave-empty', export: true },
  groups: { withoutMail: true },
});

beforeAll(sameLuck);

it('a manager whom a look at a doubt has brought is given, though whoever looked has died', async () => {
  const world = new World({ workers: 1, faults: [], chance: ones(), rules });
  await world.connect();
  world.tenant.addGroup();
  for (let n = 0; n < 3; n += 1) world.tenant.addUser();
  await world.pollAfter(1);
  const set = await managerInApp(world, { a: 0, b: 1 });
  world.poll('written');
  await world.settle();
  const user = world.tenant.users.get(set?.userId ?? '');
  if (!user || user.manager !== set?.managerId) throw new Error('no manager was written');
  // What is written counts for ten minutes. Somebody else is set behind it, of which no page tells.
  await world.later(700);
  const other = [...world.tenant.users.keys()].find((id) => ![user.id, user.manager].includes(id));
  user.manager = other;
  const verify = {
    v: 1 as const,
    connectionId: CONNECTION,
    lane: laneOf(user.id),
    runId: (await world.outside.lanes.open(CONNECTION, laneOf(user.id))).runId ?? '',
    settingsVersion: 1,
    epoch: 0,
    kind: 'verify' as const,
    objects: [{ kind: 'user' as const, id: user.id }],
    doubts: true,
  };
  await expect(apply(mortal(world.outside, 'setManagers'), verify, 1)).rejects.toThrow(
    'this worker dies',
  );
  await apply(world.outside, verify, 2);
  expect(await differencesFromTenant(world)).toEqual([]);
});
