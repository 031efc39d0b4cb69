import { beforeAll, expect, it } from 'vitest';
import { ruleSettingsSchema } from '../../lib/sync/rules/settings.ts';
import { membersInApp } from './app-members.ts';
import { ones } from './chance.ts';
import { sameLuck } from './luck.ts';
import type { TenantGroup } from './tenant-view.ts';
import { World } from './world.ts';

/** More than are made. */
const ALL_WRITES = 1_000;

beforeAll(sameLuck);

/** A world whose only user takes part by the first of two groups, while another decides about nobody. */
async function begun() {
  const world = new World({ workers: 1, faults: [], chance: ones() });
  await world.connect();
  const groups = [world.tenant.addGroup(), world.tenant.addGroup()] as const;
  const user = world.tenant.addUser();
  const changes = (group: TenantGroup, removed: boolean) => {
    if (removed) group.members.delete(user.id);
    else group.members.add(user.id);
    const members = [{ id: user.id, kind: 'user' as const, removed }];
    world.tenant.say({ kind: 'group', id: group.id, properties: {}, members });
  };
  changes(groups[0], false);
  const rulesWith = (chosen: object) =>
    ruleSettingsSchema.parse({
      users: { types: 'both', aliases: null, missingNames: 'leave-empty', export: true, ...chosen },
      groups: { withoutMail: true, export: true },
    });
  const everybody = rulesWith({});
  const byGroups = rulesWith({ scope: 'chosen', groups: groups.map(({ id }) => ({ id })) });
  const state = () =>
    world.tables.rows('links').find(({ rowKey }) => rowKey === `l:${user.id}`)?.state;
  return { world, groups, user, changes, everybody, byGroups, state };
}

/** The application lets the user join the second group. */
async function joins(world: World): Promise<void> {
  await membersInApp(world, 'joinInApp', { a: 0, b: 0 });
  world.poll('written');
  await world.settle();
}

it.each([
  ['stays', 0, 'linked'],
  ['leaves, where Entra does not take that', ALL_WRITES, 'removed'],
] as const)(
  'who is added by the application to a group that decides %s',
  async (_, refusals, then) => {
    const { world, groups, user, changes, byGroups, state } = await begun();
    await world.changeRules(byGroups);
    for (let n = 0; n < 3; n += 1) await world.pollAfter(180);
    world.writes.refusals = refusals;
    await joins(world);
    expect(groups[1].members.has(user.id)).toBe(refusals === 0);
    changes(groups[0], true);
    for (let n = 0; n < 3; n += 1) await world.pollAfter(180);
    expect(state()).toBe(then);
  },
);

it.each([
  ['takes part', 0, 'linked'],
  ['does not, where Entra has not taken that', ALL_WRITES, 'removed'],
] as const)(
  'who is added by the application to a group before groups decide %s',
  async (_, refusals, then) => {
    const { world, groups, user, changes, everybody, byGroups, state } = await begun();
    await world.changeRules(everybody);
    for (let n = 0; n < 3; n += 1) await world.pollAfter(180);
    world.writes.refusals = refusals;
    await joins(world);
    expect(groups[1].members.has(user.id)).toBe(refusals === 0);
    changes(groups[0], true);
    await world.pollAfter(180);
    await world.changeRules(byGroups);
    for (let n = 0; n < 3; n += 1) await world.pollAfter(180);
    expect(state()).toBe(then);
  },
);
