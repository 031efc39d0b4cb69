import { beforeAll, expect, it } from 'vitest';
import type { EntraMember } from '../../lib/ports/entra-writes.ts';
import { ruleSettingsSchema } from '../../lib/sync/rules/settings.ts';
import { sameLuck } from './luck.ts';
import { CONNECTION, World } from './world.ts';

/** How many members the groups are given: 600 in all, few of them in whole twenties. */
const SIZES = [1, 19, 20, 21, 40, 45, 99, 100, 107, 148];
const A_REQUEST = 20;

beforeAll(sameLuck);

const rulesWith = (isExporting: boolean) =>
  ruleSettingsSchema.parse({
    users: { types: 'both', aliases: null, missingNames: 'leave-empty' },
    groups: { withoutMail: true, export: isExporting },
  });

/** A world with as many users as the largest group needs, and the requests that Graph is sent. */
async function begun(isExporting: boolean) {
  const world = new World({
    workers: 1,
    faults: [],
    chance: zeros(),
    rules: rulesWith(isExporting),
  });
  await world.connect();
  for (let n = 0; n < Math.max(...SIZES); n += 1) world.tenant.addUser();
  for (let n = 0; n < SIZES.length; n += 1) world.tenant.addGroup();
  await world.pollAfter(1);
  let requests = 0;
  const { addMembers } = world.writes;
  const counting = async (pairs: readonly EntraMember[]) => {
    for (const some of Map.groupBy(pairs, ({ groupId }) => groupId).values())
      requests += Math.ceil(some.length / A_REQUEST);
    return addMembers(pairs);
  };
  Object.assign(world.writes, { addMembers: counting });
  return { world, requests: () => requests };
}

function* zeros(): Generator<number> {
  for (;;) yield 1;
}

/** The application lets everybody join. */
async function join({ outside }: World): Promise<void> {
  const connection = await outside.connections.get(CONNECTION);
  if (!connection) throw new Error('the connection is gone');
  const store = outside.directories.resources(connection);
  const users = (await store.list('user', undefined, 1_000)).resources.map(({ id }) => id);
  const groups = (await store.list('group', undefined, 1_000)).resources;
  for (const [at, size] of SIZES.entries())
    await store.changeMembers(
      groups[at]?.id ?? '',
      [{ op: 'add', ids: users.slice(0, size) }],
      'app',
    );
}

const sizesIn = ({ tenant }: World) =>
  [...tenant.groups.values()].map(({ members }) => members.size).sort((a, b) => a - b);

it('600 memberships of 10 groups take no more than 40 requests, and their echo none', async () => {
  const { world, requests } = await begun(true);
  await join(world);
  world.poll('written');
  await world.settle();
  expect(sizesIn(world)).toEqual(SIZES);
  expect(requests()).toBeLessThanOrEqual(600 / A_REQUEST + SIZES.length);
  const written = requests();
  await world.pollAfter(180);
  await world.pollAfter(1_000);
  expect(requests()).toBe(written);
  expect(sizesIn(world)).toEqual(SIZES);
});

it('nor do they when the export is switched on later', async () => {
  const { world, requests } = await begun(false);
  await join(world);
  await world.pollAfter(180);
  expect(requests()).toBe(0);
  await world.changeRules(rulesWith(true));
  await world.settle();
  for (let n = 0; n < 3; n += 1) await world.pollAfter(180);
  expect(sizesIn(world)).toEqual(SIZES);
  expect(requests()).toBeLessThanOrEqual(600 / A_REQUEST + SIZES.length);
});
