import { beforeAll, expect, it } from 'vitest';
import { openRuns } from '../../lib/state/runs.ts';
import { ruleSettingsSchema } from '../../lib/sync/rules/settings.ts';
import { ones } from './chance.ts';
import { readApplication } from './differences.ts';
import { sameLuck } from './luck.ts';
import { CONNECTION, World } from './world.ts';

const rulesOf = (isImporting: boolean) =>
  ruleSettingsSchema.parse({
    users: { types: 'both', aliases: null, missingNames: 'leave-empty' },
    groups: { withoutMail: true, import: isImporting, export: true },
  });

beforeAll(sameLuck);

it('a membership that ends while groups are not imported rests until they are', async () => {
  const world = new World({ workers: 1, faults: [], chance: ones(), rules: rulesOf(true) });
  await world.connect();
  const [group, user] = [world.tenant.addGroup(), world.tenant.addUser()];
  const word = (removed: boolean) =>
    world.tenant.say({
      kind: 'group',
      id: group.id,
      properties: {},
      members: [{ id: user.id, kind: 'user', removed }],
    });
  group.members.add(user.id);
  word(false);
  await world.pollAfter(1);
  const pair = `${group.id} > ${user.id}`;
  expect((await readApplication(world)).memberships).toContain(pair);

  await world.changeRules(rulesOf(false));
  await world.settle();
  group.members.delete(user.id);
  word(true);
  for (let n = 0; n < 4; n += 1) await world.pollAfter(180);
  const runs = await countRuns(world);
  for (let n = 0; n < 12; n += 1) await world.pollAfter(1_800);
  expect(await countRuns(world)).toBe(runs);
  expect((await readApplication(world)).memberships).toContain(pair);
  expect(group.members).not.toContain(user.id);

  await world.changeRules(rulesOf(true));
  for (let n = 0; n < 3; n += 1) await world.pollAfter(180);
  expect((await readApplication(world)).memberships).not.toContain(pair);
});

async function countRuns({ tables }: World): Promise<number> {
  return (await openRuns(tables.table('runs')).list(CONNECTION, { size: 1_000 })).runs.length;
}
