import { beforeAll, expect, it } from 'vitest';
import { tellMembers } from '../../lib/flows/exports/tell-members.ts';
import { ruleSettingsSchema } from '../../lib/sync/rules/settings.ts';
import { ones } from './chance.ts';
import { differencesFromTenant, leftovers } from './differences.ts';
import { sameLuck } from './luck.ts';
import { TENANT_EVENTS } from './tenant-events.ts';
import { CONNECTION, World } from './world.ts';

const rules = ruleSettingsSchema.parse({
  users: { types: 'both', aliases: null, missingNames: 'leave-empty', export: true },
  groups: { withoutMail: true, export: true, leaving: 'delete' },
});

beforeAll(sameLuck);

it('a membership that the application has made itself comes back with a member that returns', async () => {
  const world = new World({ workers: 1, faults: [], chance: ones(), rules });
  await world.connect();
  const [group] = [world.tenant.addGroup(), world.tenant.addGroup()];
  TENANT_EVENTS.addMembers(world.tenant, { a: 0, b: 0 });
  world.poll('timer');
  const edge = () =>
    world.tables.rows('links').find(({ rowKey }) => rowKey.startsWith(`e:${group.id}:`));
  // Memberships are given at the end of a full run; the application is sooner.
  while (!edge()) await world.settle(1);
  await joined(world, group.id);
  expect(edge()?.applied).toBe(false);
  while (edge()?.applied === false) await world.settle(1);
  expect(phaseOf(world)).toMatch(/groups|users/);
  await world.settle();
  const at = [...world.tenant.groups.keys()].findIndex((id) => id !== group.id);
  TENANT_EVENTS.deleteGroup(world.tenant, { a: at, b: 0 });
  await world.pollAfter(180);
  TENANT_EVENTS.restoreGroup(world.tenant, { a: 0, b: 0 });
  await world.pollAfter(180);
  expect([...(await differencesFromTenant(world)), ...(await leftovers(world))]).toEqual([]);
});

/** The application lets one group join the other as soon as it holds both, and says so. */
async function joined(world: World, entraId: string): Promise<void> {
  const connection = await world.outside.connections.get(CONNECTION);
  if (!connection) throw new Error('the connection is gone');
  const store = world.outside.directories.resources(connection);
  for (;;) {
    const { resources } = await store.list('group', undefined, 2);
    const group = resources.find(({ resource }) => resource.externalId === entraId);
    const member = resources.find((one) => one !== group);
    if (group && member) {
      const pair = { groupId: group.id, memberId: member.id };
      await store.changeMembers(group.id, [{ op: 'add', ids: [member.id] }], 'app');
      return tellMembers(world.outside, connection, [{ ...pair, removed: false }]);
    }
    await world.settle(1);
  }
}

function phaseOf({ tables }: World): unknown {
  const run = tables.rows('checkpoints').find(({ rowKey }) => rowKey === 'entra:run');
  return typeof run?.data === 'string' ? JSON.parse(run.data).phase : undefined;
}
