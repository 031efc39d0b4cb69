import { beforeAll, expect, it } from 'vitest';
import { ruleSettingsSchema } from '../../lib/sync/rules/settings.ts';
import { happensInApp } from './app-events.ts';
import { ones } from './chance.ts';
import { differencesFromTenant } from './differences.ts';
import { sameLuck } from './luck.ts';
import { TENANT_EVENTS } from './tenant-events.ts';
import { CONNECTION, World } from './world.ts';

beforeAll(sameLuck);

/**
 * A world in which the application deletes an end of a membership, which somebody who did not know gives
 * it once more, and dies.
 */
async function givenTooLate(
  what: 'deleteInApp' | 'deleteGroupInApp',
  deletion: 'keep' | 'disable',
) {
  const users = { types: 'both', aliases: null, missingNames: 'leave-empty', export: true };
  const rules = ruleSettingsSchema.parse({
    users: { ...users, exportDeletion: deletion },
    groups: { withoutMail: true, export: true, exportDeletion: 'keep' },
  });
  const world = new World({ workers: 1, faults: [], chance: ones(), rules });
  await world.connect();
  const [group, user] = [world.tenant.addGroup(), world.tenant.addUser()];
  group.members.add(user.id);
  await world.pollAfter(1);
  const connection = await world.outside.connections.get(CONNECTION);
  if (!connection) throw new Error('the connection is gone');
  const app = world.outside.directories.app(connection);
  const groupEntry = (await app.find('group', [group.id])).get(group.id);
  const userEntry = (await app.find('user', [user.id])).get(user.id);
  if (!groupEntry || !userEntry) throw new Error('nothing was imported');
  await happensInApp(world, what, { a: 0, b: 0 });
  await app.addMembers([{ groupId: groupEntry.id, memberId: userEntry.id, memberKind: 'user' }]);
  world.poll('written');
  await world.settle();
  for (let n = 0; n < 3; n += 1) await world.pollAfter(180);
  return world;
}

it.each([
  ['deleteInApp', 'disable'],
  ['deleteInApp', 'keep'],
  ['deleteGroupInApp', 'keep'],
] as const)(
  'a membership given of an entry that is gone outlives nobody: %s, %s',
  async (what, deletion) => {
    const world = await givenTooLate(what, deletion);
    expect(await differencesFromTenant(world)).toEqual([]);
  },
);

it.each([
  ['deleteInApp', 'deleteUser'],
  ['deleteGroupInApp', 'deleteGroup'],
] as const)(
  'nor where Entra takes its object away before anybody misses the entry: %s, %s',
  async (what, removal) => {
    const users = { types: 'both', aliases: null, missingNames: 'leave-empty' };
    const rules = ruleSettingsSchema.parse({ users, groups: { withoutMail: true } });
    const world = new World({ workers: 1, faults: [], chance: ones(), rules });
    await world.connect();
    world.tenant.addGroup();
    world.tenant.addUser();
    await world.pollAfter(1);
    await happensInApp(world, what, { a: 0, b: 0 });
    TENANT_EVENTS.addMembers(world.tenant, { a: 0, b: 0 });
    await world.pollAfter(180);
    expect(world.tables.rows('directorymembers')).toHaveLength(2);
    TENANT_EVENTS[removal](world.tenant, { a: 0, b: 0 });
    await world.pollAfter(180);
    expect(await differencesFromTenant(world)).toEqual([]);
  },
);
