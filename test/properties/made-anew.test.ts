import { beforeAll, expect, it } from 'vitest';
import { ruleSettingsSchema } from '../../lib/sync/rules/settings.ts';
import { happensInApp } from './app-events.ts';
import { ones } from './chance.ts';
import { differencesFromTenant, leftovers, unforgotten } from './differences.ts';
import { sameLuck } from './luck.ts';
import { TENANT_EVENTS } from './tenant-events.ts';
import { World } from './world.ts';

const rules = ruleSettingsSchema.parse({
  users: { types: 'both', aliases: null, missingNames: 'leave-empty', export: true },
  groups: { withoutMail: true, export: true, exportDeletion: 'keep' },
});

beforeAll(sameLuck);

/** A group whose entry the application deletes while it is doubted that a member has left. */
async function doubtedWorld() {
  const world = new World({ workers: 1, faults: [], chance: ones(), rules });
  await world.connect();
  const [group, user] = [world.tenant.addGroup(), world.tenant.addUser()];
  const say = (removed: boolean) => {
    const members = [{ id: user.id, kind: 'user' as const, removed }];
    world.tenant.say({ kind: 'group', id: group.id, properties: {}, members });
  };
  group.members.add(user.id);
  say(false);
  await world.pollAfter(1);
  await world.pollAfter(180);
  // The group shows the member all the same.
  say(true);
  await world.pollAfter(180);
  const remake = async () => {
    await happensInApp(world, 'deleteGroupInApp', { a: 0, b: 0 });
    world.poll('written');
    await world.settle();
    // It is looked for once more after a minute.
    await world.pollAfter(90);
  };
  return { world, group, user, say, remake };
}

async function whatIsWrong(world: World): Promise<readonly string[]> {
  const differences = await differencesFromTenant(world);
  return [...differences, ...(await leftovers(world)), ...unforgotten(world)];
}

it.each([true, false])(
  'an entry made anew is given a member whose leaving is doubted, said to be there again: %s',
  async (isSaid) => {
    const { world, say, remake } = await doubtedWorld();
    await remake();
    if (isSaid) say(false);
    for (let n = 0; n < 4; n += 1) await world.pollAfter(1_800);
    expect(await whatIsWrong(world)).toEqual([]);
  },
);

it('an entry made anew is given a member whose leaving was doubted, and who was in the bin meanwhile', async () => {
  const { world, group, user, say, remake } = await doubtedWorld();
  // It is doubted for the second time, which takes five minutes.
  await world.later(100);
  TENANT_EVENTS.deleteUser(world.tenant, { a: 0, b: 0 });
  await world.pollAfter(1);
  await remake();
  TENANT_EVENTS.restoreUser(world.tenant, { a: 0, b: 0 });
  say(false);
  for (let n = 0; n < 4; n += 1) await world.pollAfter(1_800);
  expect(await whatIsWrong(world)).toEqual([]);
  expect(group.members.has(user.id)).toBe(true);
});

it('both ends of a membership that the application deletes at once are made anew, without a trace of before', async () => {
  const importing = ruleSettingsSchema.parse({
    users: { types: 'both', aliases: null, missingNames: 'leave-empty' },
    groups: { withoutMail: true },
  });
  const world = new World({ workers: 1, faults: [], chance: ones(), rules: importing });
  await world.connect();
  const [group, user] = [world.tenant.addGroup(), world.tenant.addUser()];
  group.members.add(user.id);
  await world.pollAfter(1);
  await happensInApp(world, 'deleteGroupInApp', { a: 0, b: 0 });
  await happensInApp(world, 'deleteInApp', { a: 0, b: 0 });
  // Nobody reads what the application does: each is found missing when Entra names it.
  TENANT_EVENTS.renameGroup(world.tenant, { a: 0, b: 1 });
  await world.pollAfter(180);
  TENANT_EVENTS.rename(world.tenant, { a: 0, b: 1 });
  for (let n = 0; n < 3; n += 1) await world.pollAfter(180);
  expect(await whatIsWrong(world)).toEqual([]);
});
