import { beforeAll, expect, it } from 'vitest';
import { laneOf } from '../../lib/sync/lanes.ts';
import { ruleSettingsSchema } from '../../lib/sync/rules/settings.ts';
import { managerInApp, membersInApp } from './app-members.ts';
import { ones } from './chance.ts';
import { differencesFromTenant, leftovers, unforgotten } from './differences.ts';
import { sameLuck } from './luck.ts';
import { TENANT_EVENTS } from './tenant-events.ts';
import { CONNECTION, World } from './world.ts';

const rules = ruleSettingsSchema.parse({
  users: { types: 'both', aliases: null, missingNames: 'leave-empty', export: true },
  groups: { withoutMail: true, export: true },
});

beforeAll(sameLuck);

/** A world in which both sides hold a group and two users. */
async function begun() {
  const world = new World({ workers: 1, faults: [], chance: ones(), rules });
  await world.connect();
  const group = world.tenant.addGroup();
  const users = [world.tenant.addUser(), world.tenant.addUser()] as const;
  await world.pollAfter(1);
  return { world, group, users };
}

/** Somebody else has written the lane of an object: what the worker remembers of it is outdated. */
async function takenOver({ outside }: World, id: string): Promise<void> {
  const lane = await outside.lanes.reopen(CONNECTION, laneOf(id));
  await outside.lanes.commit(lane, [{ nothing: true }]);
}

/** Lets everybody work until a message goes back to the bus. */
async function untilOneFails(world: World): Promise<void> {
  let hasFailed = false;
  const abandon = world.bus.abandon.bind(world.bus);
  world.bus.abandon = (delivery) => {
    hasFailed = true;
    abandon(delivery);
  };
  world.poll('written');
  for (let turns = 0; !hasFailed && turns < 1_000; turns += 1) await world.settle(1);
  expect(hasFailed).toBe(true);
}

async function leftIn(world: World): Promise<readonly string[]> {
  return [
    ...(await differencesFromTenant(world)),
    ...(await leftovers(world)),
    ...unforgotten(world),
  ];
}

it('who joins and leaves before a stale worker comes to it leaves nothing behind', async () => {
  const { world, group } = await begun();
  await membersInApp(world, 'joinInApp', { a: 0, b: 0 });
  await takenOver(world, group.id);
  await untilOneFails(world);
  await membersInApp(world, 'leaveInApp', { a: 0, b: 0 });
  world.poll('written');
  await world.settle();
  expect(await leftIn(world)).toEqual([]);
});

it('a manager of a moment, set before a stale worker comes to it, leaves nothing behind', async () => {
  const { world, users } = await begun();
  const set = await managerInApp(world, { a: 0, b: 1 });
  expect(users.map(({ id }) => id)).toContain(set?.userId);
  await takenOver(world, set?.userId ?? '');
  await untilOneFails(world);
  await managerInApp(world, { a: 0, b: 4 });
  world.poll('written');
  await world.settle();
  expect(await leftIn(world)).toEqual([]);
});

it('a row that names no edge is removed by whoever follows it', async () => {
  const { world, group, users } = await begun();
  const [user] = users;
  await world.outside.ties.wait(CONNECTION, [{ holder: group.id, member: user.id }]);
  await world.outside.ties.pass(CONNECTION, [{ holder: group.id, member: user.id }]);
  expect(unforgotten(world)).toHaveLength(2);
  TENANT_EVENTS.deleteUser(world.tenant, { a: 0, b: 0 });
  await world.pollAfter(180);
  TENANT_EVENTS.purgeUser(world.tenant, { a: 0, b: 0 });
  await world.pollAfter(180);
  expect(world.tenant.lifeOf(user.id)).toBe('purged');
  expect(await leftIn(world)).toEqual([]);
});

it('a late word of the membership of somebody who was purged is no edge for ever', async () => {
  const { world, group, users } = await begun();
  const [user] = users;
  TENANT_EVENTS.deleteUser(world.tenant, { a: 0, b: 0 });
  await world.pollAfter(180);
  TENANT_EVENTS.purgeUser(world.tenant, { a: 0, b: 0 });
  await world.pollAfter(180);
  const members = [{ id: user.id, kind: 'user' as const, removed: false }];
  world.tenant.say({ kind: 'group', id: group.id, properties: {}, members });
  await world.pollAfter(180);
  expect(await leftIn(world)).toEqual([]);
});
