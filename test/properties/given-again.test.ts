import { beforeAll, expect, it } from 'vitest';
import { apply } from '../../lib/flows/lanes/apply.ts';
import type { Item } from '../../lib/sync/entry.ts';
import { laneOf } from '../../lib/sync/lanes.ts';
import { ruleSettingsSchema } from '../../lib/sync/rules/settings.ts';
import { membersInApp } from './app-members.ts';
import { ones } from './chance.ts';
import { differencesFromTenant } from './differences.ts';
import { sameLuck } from './luck.ts';
import { groupItem } from './tenant-items.ts';
import { CONNECTION, World } from './world.ts';

const rules = ruleSettingsSchema.parse({
  users: { types: 'both', aliases: null, missingNames: 'leave-empty' },
  groups: { withoutMail: true },
});

beforeAll(sameLuck);

/** A message of an incremental run that shows one object. */
function pageOf(run: { lane: number; runId: string; epoch: number }, n: number, item: Item) {
  return {
    ...run,
    v: 1 as const,
    connectionId: CONNECTION,
    settingsVersion: 1,
    runKind: 'incremental' as const,
    phase: 'changes' as const,
    n,
    kind: 'items' as const,
    items: [item],
  };
}

it.each([1, 2])(
  'who wakes up after others have handled its message, and the next, undoes nothing: delivery %i',
  async (delivery) => {
    const world = new World({ workers: 1, faults: [], chance: ones(), rules });
    await world.connect();
    world.tenant.addGroup();
    const user = world.tenant.addUser();
    await world.pollAfter(1);
    const lane = laneOf(user.id);
    const { runId, epoch } = await world.outside.lanes.open(CONNECTION, lane);
    if (runId === null) throw new Error('nothing was imported');
    const named = (n: number, displayName: string) =>
      pageOf({ lane, runId, epoch }, n, { kind: 'user', id: user.id, properties: { displayName } });
    await apply(world.outside, named(1, 'as it was'), 1);
    await apply(world.outside, named(2, user.displayName), 1);
    await apply(world.outside, named(1, 'as it was'), delivery);
    expect(await differencesFromTenant(world)).toEqual([]);
  },
);

it('who joins an entry made anew, and leaves it again, is not given what was owed to it since', async () => {
  const exporting = { ...rules, groups: { ...rules.groups, export: true } };
  const world = new World({ workers: 1, faults: [], chance: ones(), rules: exporting });
  await world.connect();
  const [group, user] = [world.tenant.addGroup(), world.tenant.addUser()];
  await world.pollAfter(1);
  const lane = await world.outside.lanes.reopen(CONNECTION, laneOf(group.id));
  const link = (await world.outside.lanes.links(lane, [group.id])).get(group.id);
  if (!link) throw new Error('nothing was imported');
  // Whoever made its entry anew died before giving it what it lacks.
  await world.outside.lanes.commit(lane, [{ link: { ...link, wakeDue: 'anew' }, from: link }]);
  await membersInApp(world, 'joinInApp', { a: 0, b: 0 });
  world.poll('written');
  await world.settle();
  expect(group.members.has(user.id)).toBe(true);
  await membersInApp(world, 'leaveInApp', { a: 0, b: 0 });
  // Before that is read, a page shows the group once more.
  const { runId, epoch } = lane;
  if (runId === null) throw new Error('nothing was imported');
  const message = pageOf({ lane: lane.lane, runId, epoch }, 2, groupItem(group));
  await apply(world.outside, message, 2);
  world.poll('written');
  await world.settle();
  await world.later(600);
  expect(group.members.has(user.id)).toBe(false);
  expect(await differencesFromTenant(world)).toEqual([]);
});
