import { beforeAll, expect, it } from 'vitest';
import { ruleSettingsSchema } from '../../lib/sync/rules/settings.ts';
import { happensInApp } from './app-events.ts';
import { membersInApp } from './app-members.ts';
import { ones } from './chance.ts';
import { differencesFromTenant, leftovers } from './differences.ts';
import { sameLuck } from './luck.ts';
import { TENANT_EVENTS } from './tenant-events.ts';
import { World } from './world.ts';

const rules = ruleSettingsSchema.parse({
  users: { types: 'both', aliases: null, missingNames: 'leave-empty', export: true },
  groups: { withoutMail: true, export: true },
});

beforeAll(sameLuck);

/** A group with a member whom the application has let in, just now. */
async function justJoined() {
  const world = new World({ workers: 1, faults: [], chance: ones(), rules });
  await world.connect();
  const [group, user] = [world.tenant.addGroup(), world.tenant.addUser()];
  await world.pollAfter(1);
  await membersInApp(world, 'joinInApp', { a: 0, b: 0 });
  world.poll('written');
  await world.settle();
  await world.later(30);
  expect(group.members.has(user.id)).toBe(true);
  return { world, group, user };
}

it.each([
  ['deleteGroup', 'restoreGroup'],
  ['deleteUser', 'restoreUser'],
] as const)(
  'a membership that was just written outlasts the bin: %s, %s',
  async (remove, restore) => {
    const { world, group, user } = await justJoined();
    // A replica that lags: it is asked who is right, some minutes later.
    const members = [{ id: user.id, kind: 'user' as const, removed: true }];
    world.tenant.say({ kind: 'group', id: group.id, properties: {}, members });
    await world.pollAfter(1);
    TENANT_EVENTS[remove](world.tenant, { a: 0, b: 0 });
    await world.pollAfter(180);
    await world.pollAfter(1_800);
    TENANT_EVENTS[restore](world.tenant, { a: 0, b: 0 });
    await world.pollAfter(180);
    await world.pollAfter(180);
    expect([...(await differencesFromTenant(world)), ...(await leftovers(world))]).toEqual([]);
    expect(group.members.has(user.id)).toBe(true);
  },
);

it('the entry of a group that is made anew is given a member again who was in the bin meanwhile', async () => {
  const groups = { ...rules.groups, exportDeletion: 'keep' as const };
  const all = { ...rules, groups };
  const world = new World({ workers: 1, faults: [], chance: ones(), rules: all });
  await world.connect();
  const [group, user] = [world.tenant.addGroup(), world.tenant.addUser()];
  const members = [{ id: user.id, kind: 'user' as const, removed: false }];
  group.members.add(user.id);
  world.tenant.say({ kind: 'group', id: group.id, properties: {}, members });
  await world.pollAfter(1);
  await world.pollAfter(180);
  TENANT_EVENTS.deleteUser(world.tenant, { a: 0, b: 0 });
  await world.pollAfter(180);
  await happensInApp(world, 'deleteGroupInApp', { a: 0, b: 0 });
  world.poll('written');
  await world.settle();
  await world.pollAfter(180);
  await world.pollAfter(180);
  TENANT_EVENTS.restoreUser(world.tenant, { a: 0, b: 0 });
  await world.pollAfter(180);
  await world.pollAfter(180);
  expect([...(await differencesFromTenant(world)), ...(await leftovers(world))]).toEqual([]);
  expect(group.members.has(user.id)).toBe(true);
});

it('a group that is back is given each of its members once', async () => {
  const world = new World({ workers: 1, faults: [], chance: ones(), rules });
  await world.connect();
  const [group, user] = [world.tenant.addGroup(), world.tenant.addUser()];
  await world.pollAfter(1);
  TENANT_EVENTS.deleteGroup(world.tenant, { a: 0, b: 0 });
  await world.pollAfter(180);
  const before = world.tables.writes.get('directorymembers') ?? 0;
  TENANT_EVENTS.restoreGroup(world.tenant, { a: 0, b: 0 });
  const members = [{ id: user.id, kind: 'user' as const, removed: false }];
  group.members.add(user.id);
  world.tenant.say({ kind: 'group', id: group.id, properties: {}, members });
  await world.pollAfter(180);
  await world.pollAfter(180);
  expect([...(await differencesFromTenant(world)), ...(await leftovers(world))]).toEqual([]);
  // In one transaction: by the group, and by the member.
  expect((world.tables.writes.get('directorymembers') ?? 0) - before).toBe(1);
});

it('a removal that Entra contradicted is not proven by the bin', async () => {
  const world = new World({ workers: 1, faults: [], chance: ones(), rules });
  await world.connect();
  const [group, user] = [world.tenant.addGroup(), world.tenant.addUser()];
  const told = (removed: boolean) => {
    const members = [{ id: user.id, kind: 'user' as const, removed }];
    world.tenant.say({ kind: 'group', id: group.id, properties: {}, members });
  };
  group.members.add(user.id);
  told(false);
  await world.pollAfter(1);
  await world.pollAfter(180);
  // A replay: the group still shows the member.
  told(true);
  await world.pollAfter(180);
  TENANT_EVENTS.deleteUser(world.tenant, { a: 0, b: 0 });
  await world.pollAfter(180);
  await world.pollAfter(1_800);
  TENANT_EVENTS.restoreUser(world.tenant, { a: 0, b: 0 });
  await world.pollAfter(180);
  for (let hours = 0; hours < 24; hours += 8) await world.pollAfter(8 * 3_600);
  expect([...(await differencesFromTenant(world)), ...(await leftovers(world))]).toEqual([]);
});

it('what was just written, and taken away in Entra before the bin, is not there after it', async () => {
  const { world, group, user } = await justJoined();
  expect(group.members.delete(user.id)).toBe(true);
  const members = [{ id: user.id, kind: 'user' as const, removed: true }];
  world.tenant.say({ kind: 'group', id: group.id, properties: {}, members });
  await world.pollAfter(60);
  TENANT_EVENTS.deleteGroup(world.tenant, { a: 0, b: 0 });
  await world.later(1_800);
  TENANT_EVENTS.restoreGroup(world.tenant, { a: 0, b: 0 });
  for (let hours = 0; hours < 24; hours += 8) await world.pollAfter(8 * 3_600);
  expect([...(await differencesFromTenant(world)), ...(await leftovers(world))]).toEqual([]);
});
