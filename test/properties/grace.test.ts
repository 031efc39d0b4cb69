import { describe, expect, it } from 'vitest';
import { ruleSettingsSchema } from '../../lib/sync/rules/settings.ts';
import { readApplication } from './differences.ts';
import { TENANT_EVENTS } from './tenant-events.ts';
import { World } from './world.ts';

const DAY = 86_400;

function* sameChance(): Generator<number> {
  for (let n = 1; ; n += 1) yield (n * 7_919) % 2 ** 30;
}

/** Six users of whom the first was deleted, under rules by which deleted ones have days of grace. */
async function afterDeletion(users: object): Promise<{ world: World; id: string }> {
  const settings = { types: 'both', aliases: null, missingNames: 'leave-empty', ...users };
  const rules = ruleSettingsSchema.parse({ users: settings });
  const world = new World({ workers: 1, faults: [], chance: sameChance(), rules });
  await world.connect();
  for (let n = 0; n < 6; n += 1) world.tenant.addUser();
  await world.pollAfter(180);
  const [first] = world.tenant.users.values();
  TENANT_EVENTS.deleteUser(world.tenant, { a: 0, b: 0 });
  await world.pollAfter(180);
  await world.later(60);
  return { world, id: first?.id ?? '' };
}

const entry = async (world: World, id: string) => (await readApplication(world)).users.get(id);

describe('a leaver’s entry', () => {
  it('is inactive for its days of grace, and deleted after them', async () => {
    const { world, id } = await afterDeletion({ softDeleted: 'delete', graceDays: 3 });
    expect((await entry(world, id))?.active).toBe(false);
    await world.pollAfter(2 * DAY);
    expect((await entry(world, id))?.active).toBe(false);
    await world.pollAfter(1.5 * DAY);
    await world.later(60);
    expect(await entry(world, id)).toBeUndefined();
  });

  it('is active again when its user is back in time', async () => {
    const { world, id } = await afterDeletion({ softDeleted: 'delete', graceDays: 3 });
    await world.pollAfter(DAY);
    TENANT_EVENTS.restoreUser(world.tenant, { a: 0, b: 0 });
    await world.pollAfter(180);
    expect((await entry(world, id))?.active).toBe(true);
    await world.pollAfter(5 * DAY);
    expect((await entry(world, id))?.active).toBe(true);
  });

  it('that is never to be deleted rests, also when its user is purged', async () => {
    const users = { softDeleted: 'delete', neverDelete: ['NAME1@*'] };
    const { world, id } = await afterDeletion(users);
    expect((await entry(world, id))?.active).toBe(false);
    TENANT_EVENTS.purgeUser(world.tenant, { a: 0, b: 0 });
    await world.pollAfter(180);
    await world.later(60);
    expect((await entry(world, id))?.active).toBe(false);
  });

  it('is deleted at once without any grace', async () => {
    const { world, id } = await afterDeletion({ softDeleted: 'delete' });
    expect(await entry(world, id)).toBeUndefined();
  });
});
