import { describe, expect, it, vi } from 'vitest';
import { AppError } from '../../../../lib/errors.ts';
import type { Kind } from '../../../../lib/sync/entry.ts';
import { ruleSettingsSchema } from '../../../../lib/sync/rules/settings.ts';
import { askForFullRun } from '../../../properties/administrator.ts';
import { readApplication } from '../../../properties/differences.ts';
import { TENANT_EVENTS } from '../../../properties/tenant-events.ts';
import { CONNECTION, World } from '../../../properties/world.ts';

const DAY = 86_400;

function* sameChance(): Generator<number> {
  for (let n = 1; ; n += 1) yield (n * 7_919) % 2 ** 30;
}

/** Six users and two groups, one with two members, of whom some kinds may be refused. */
async function tenantOf(...refused: Kind[]) {
  const world = new World({ workers: 1, faults: [], chance: sameChance() });
  await world.connect();
  for (let n = 0; n < 6; n += 1) world.tenant.addUser();
  world.tenant.addGroup();
  world.tenant.addGroup();
  TENANT_EVENTS.addMembers(world.tenant, { a: 0, b: 2 });
  const denied = new Set<Kind>(refused);
  const genuine = world.tenant.readPage.bind(world.tenant);
  vi.spyOn(world.tenant, 'readPage').mockImplementation(async (kind, link) => {
    if (denied.has(kind))
      throw new AppError('access-denied', 'Graph answered 403', { side: 'entra' });
    return genuine(kind, link);
  });
  const there = async () => {
    const { users, groups } = await readApplication(world);
    return [[...users.values()].filter(({ active }) => active).length, groups.size];
  };
  const state = () => world.outside.checkpoints.load(CONNECTION);
  return { world, denied, there, state };
}

describe.each(['group', 'user'] as const)('of a %s that may not be read', (kind) => {
  const other = kind === 'group' ? [6, 0] : [0, 2];

  it('the others are imported, and it says which is refused; all follow when it may be read', async () => {
    const { world, denied, there, state } = await tenantOf(kind);
    await world.pollAfter(180);
    expect(await there()).toEqual(other);
    const { run, checkpoint } = await state();
    expect(run).toMatchObject({ kind: 'initial', state: 'incomplete', unread: [kind] });
    expect(checkpoint.lastError).toMatchObject({
      code: 'access-denied',
      message: `${kind}s may not be read: Graph answered 403`,
    });
    const alerts = await world.outside.alerts.list(CONNECTION, { size: 10 });
    expect(alerts.map((one) => one.kind).toSorted()).toEqual(['credential-failing', 'run-changed']);
    // Rounds go on meanwhile.
    if (kind === 'group') world.tenant.addUser();
    else world.tenant.addGroup();
    await world.pollAfter(180);
    expect(await there()).toEqual(kind === 'group' ? [7, 0] : [0, 3]);
    denied.clear();
    await world.pollAfter(180);
    await world.later(60);
    expect(await there()).toEqual(kind === 'group' ? [7, 2] : [6, 3]);
    expect(await state()).toMatchObject({
      run: { kind: 'resync', state: 'completed' },
      checkpoint: { lastError: null },
    });
  });

  it('a resync removes nothing, and the rest of it ends', async () => {
    const { world, denied, there, state } = await tenantOf();
    await world.pollAfter(180);
    const before = await readApplication(world);
    expect(await there()).toEqual([6, 2]);
    denied.add(kind);
    world.tenant.hidden.add([...world.tenant.users.keys()][0] ?? '');
    await askForFullRun(world);
    await world.settle();
    expect(await state()).toMatchObject({ run: { state: 'incomplete', unread: [kind] } });
    for (let day = 0; day < 3; day += 1) await world.pollAfter(DAY);
    expect(await readApplication(world)).toEqual(before);
  });
});

it('where both are refused nothing ends: it goes on from there when they may be read', async () => {
  const { world, denied, there, state } = await tenantOf('user', 'group');
  await world.pollAfter(180);
  await world.pollAfter(180);
  expect(await state()).toMatchObject({ run: { state: 'running', phase: 'groups' } });
  denied.clear();
  await world.pollAfter(180);
  await world.later(60);
  expect(await there()).toEqual([6, 2]);
  expect(await state()).toMatchObject({ run: { kind: 'initial', state: 'completed' } });
});

it('groups that decide about users are waited for', async () => {
  const { world, denied, there, state } = await tenantOf('group');
  await world.pollAfter(180);
  const [first] = world.tenant.groups.keys();
  const settings = { scope: 'chosen', types: 'both', groups: [{ id: first }] };
  await world.changeRules(ruleSettingsSchema.parse({ users: settings }));
  TENANT_EVENTS.retitle(world.tenant, { a: 1, b: 1 });
  await world.pollAfter(180);
  await world.later(60);
  expect(await there()).toEqual([6, 0]);
  for (let day = 0; day < 2; day += 1) await world.pollAfter(DAY);
  expect(await there()).toEqual([6, 0]);
  expect((await state()).run).toMatchObject({ state: 'running', phase: 'groups' });
  denied.clear();
  await world.pollAfter(180);
  await world.later(60);
  expect((await state()).run).toMatchObject({ state: 'completed' });
});
