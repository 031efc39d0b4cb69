import { beforeAll, expect, it } from 'vitest';
import { ruleSettingsSchema } from '../../lib/sync/rules/settings.ts';
import { happensInApp } from './app-events.ts';
import { ones } from './chance.ts';
import { differencesFromTenant, leftovers } from './differences.ts';
import { guid } from './guid.ts';
import { sameLuck } from './luck.ts';
import { groupItem, removedItem, userItem } from './tenant-items.ts';
import type { Life, TenantGroup } from './tenant-view.ts';
import { World } from './world.ts';

const rules = ruleSettingsSchema.parse({
  users: { types: 'both', aliases: null, missingNames: 'leave-empty' },
  groups: { withoutMail: true },
});
const exporting = { ...rules, users: { ...rules.users, export: true } };

beforeAll(sameLuck);

/** A world in which a user was deleted in Entra, and is just restored there. */
async function restored(given = rules) {
  const world = new World({ workers: 1, faults: [], chance: ones(), rules: given });
  await world.connect();
  const user = world.tenant.addUser();
  await world.pollAfter(1);
  user.life = 'soft';
  world.tenant.say(removedItem(user, 'user'));
  await world.pollAfter(180);
  await world.later(120);
  user.life = 'live';
  world.tenant.say(userItem(user));
  return { world, user };
}

it('who is restored stays, though the page of that repeats the removal of before', async () => {
  const { world, user } = await restored();
  world.tenant.say(removedItem(user, 'user'));
  await world.pollAfter(180);
  await world.later(120);
  expect(await differencesFromTenant(world)).toEqual([]);
});

it('who is restored stays, though a replay comes while its entry is looked for', async () => {
  const { world, user } = await restored(exporting);
  await happensInApp(world, 'deleteInApp', { a: 0, b: 0 });
  await world.pollAfter(180);
  world.tenant.say(removedItem(user, 'user'));
  await world.pollAfter(10);
  // Looked for again after a minute, and made anew after another.
  await world.later(1_800);
  expect(await differencesFromTenant(world)).toEqual([]);
});

it('who is restored stays, though a replay comes before their id is found', async () => {
  const { world, user } = await restored();
  world.tenant.troubles.byIdFailures = 1;
  await world.pollAfter(10);
  expect(world.tenant.troubles.byIdFailures).toBe(0);
  world.tenant.say(removedItem(user, 'user'));
  await world.pollAfter(10);
  // Looked for again after a minute.
  await world.later(300);
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

/** A group of one page that tells first that it was removed, then what it is, with two members. */
function sayRemovedAndShown({ tenant }: World, life: Life): TenantGroup {
  const members = [tenant.addUser(), tenant.addUser()].map(({ id }) => id);
  const facts = { members: new Set(members), formerMembers: new Set<string>() };
  const group = { id: guid('unseen'), life, displayName: 'Unseen', ...facts };
  tenant.groups.set(group.id, group);
  tenant.say(removedItem(group, 'group'));
  const told = members.map((id) => ({ id, kind: 'user' as const, removed: false }));
  tenant.say({ ...groupItem(group), members: told });
  return group;
}

it.each(['soft', 'purged'] as const)(
  'what was removed before it was seen gets no entry by a replay on the same page (%s)',
  async (life) => {
    const world = new World({ workers: 1, faults: [], chance: ones(), rules });
    await world.connect();
    await world.pollAfter(1);
    const { id } = sayRemovedAndShown(world, life);
    await world.pollAfter(180);
    const entries = () => world.tables.rows('directory').map(({ externalId }) => externalId);
    expect(entries()).not.toContain(id);
    await world.later(86_400);
    expect(entries()).not.toContain(id);
    expect([...(await differencesFromTenant(world)), ...(await leftovers(world))]).toEqual([]);
  },
);

it('what is back gets an entry and its members, though Entra does not answer when its page is read', async () => {
  const world = new World({ workers: 1, faults: [], chance: ones(), rules });
  await world.connect();
  await world.pollAfter(1);
  sayRemovedAndShown(world, 'live');
  world.tenant.troubles.byIdFailures = 1;
  await world.pollAfter(180);
  expect(world.tenant.troubles.byIdFailures).toBe(0);
  await world.later(120);
  expect([...(await differencesFromTenant(world)), ...(await leftovers(world))]).toEqual([]);
});

it('what was in the bin when it was first seen has its members once it is back', async () => {
  const world = new World({ workers: 1, faults: [], chance: ones(), rules });
  await world.connect();
  await world.pollAfter(1);
  const group = sayRemovedAndShown(world, 'soft');
  await world.pollAfter(180);
  await world.later(86_400);
  group.life = 'live';
  world.tenant.say(groupItem(group));
  await world.pollAfter(180);
  expect([...(await differencesFromTenant(world)), ...(await leftovers(world))]).toEqual([]);
});
