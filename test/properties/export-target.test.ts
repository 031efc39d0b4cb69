import { beforeAll, expect, it } from 'vitest';
import { AppError } from '../../lib/errors.ts';
import { GATHERING_MILLISECONDS } from '../../lib/sync/link.ts';
import { ruleSettingsSchema } from '../../lib/sync/rules/settings.ts';
import { askForFullRun, heldKeys, judge } from './administrator.ts';
import { ones } from './chance.ts';
import { guid } from './guid.ts';
import { sameLuck } from './luck.ts';
import { World } from './world.ts';

const rulesOf = (domains: readonly string[]) =>
  ruleSettingsSchema.parse({
    users: {
      types: 'both',
      aliases: null,
      missingNames: 'leave-empty',
      export: true,
      domains,
      targetGroup: { id: guid('g0') },
    },
    groups: { withoutMail: true },
  });

/** Who joins alone waits for others, and the reminder is late by some seconds. */
const GATHERED_SECONDS = GATHERING_MILLISECONDS / 1_000 + 5;

beforeAll(sameLuck);

it('users who are exported are members of the target group, as long as they are', async () => {
  const world = new World({ workers: 1, faults: [], chance: ones(), rules: rulesOf([]) });
  await world.connect();
  const target = world.tenant.addGroup();
  const users = [world.tenant.addUser(), world.tenant.addUser()];
  const guest = world.tenant.addGroup();
  target.members.add(guest.id);
  await world.pollAfter(1);
  expect([...target.members]).toEqual([guest.id]);
  await world.pollAfter(GATHERED_SECONDS);
  const ids = users.map(({ id }) => id);
  expect([...target.members].sort()).toEqual([...ids, guest.id].sort());
  const late = world.tenant.addUser();
  await world.pollAfter(180);
  await world.pollAfter(GATHERED_SECONDS);
  expect(target.members).toContain(late.id);
  const { written } = world.writes;
  await world.pollAfter(180);
  expect(world.writes.written).toBe(written);
  await world.changeRules(rulesOf(['nobody.example']));
  for (let n = 0; n < 4; n += 1) await world.pollAfter(180);
  expect([...target.members]).toEqual([guest.id]);
});

it('who would have been written with others, and is not, is written a little later', async () => {
  const world = new World({ workers: 1, faults: [], chance: ones(), rules: rulesOf([]) });
  await world.connect();
  const target = world.tenant.addGroup();
  for (let n = 0; n < 19; n += 1) world.tenant.addUser();
  await world.pollAfter(1);
  for (let n = 0; n < 2; n += 1) world.tenant.addUser();
  await world.pollAfter(1);
  expect(target.members.size).toBe(0);
  world.skip(GATHERED_SECONDS);
  await world.settle();
  expect(target.members.size).toBe(20);
  await world.later(GATHERED_SECONDS);
  expect(target.members.size).toBe(21);
});

it('nobody is written alone ahead of those who wait for the quota', async () => {
  const world = new World({ workers: 1, faults: [], chance: ones(), rules: rulesOf([]) });
  await world.connect();
  const target = world.tenant.addGroup();
  const { addMembers } = world.writes;
  const throttled = async () => {
    Object.assign(world.writes, { addMembers });
    world.skip(20);
    throw new AppError('throttled', 'the tenant is written to too fast');
  };
  Object.assign(world.writes, { addMembers: throttled });
  for (let n = 0; n < 24; n += 1) world.tenant.addUser();
  await world.pollAfter(1);
  await world.later(GATHERED_SECONDS);
  expect(target.members.size).toBe(0);
  await world.later(GATHERED_SECONDS);
  expect(target.members.size).toBe(20);
  await world.later(60 + GATHERED_SECONDS);
  expect(target.members.size).toBe(24);
});

it('members of the target group who were never exported stay in it', async () => {
  const rules = rulesOf(['nobody.example']);
  const world = new World({ workers: 1, faults: [], chance: ones(), rules });
  await world.connect();
  const target = world.tenant.addGroup();
  const stranger = world.tenant.addUser();
  target.members.add(stranger.id);
  await world.pollAfter(1);
  await askForFullRun(world);
  await world.settle();
  await world.pollAfter(180);
  expect([...target.members]).toEqual([stranger.id]);
});

it('who may stay in the target group, by an administrator, is not asked about again', async () => {
  const count = { count: 100, percent: 100 };
  const guard = { users: count, memberships: { ...count, count: 1 } };
  const world = new World({ workers: 1, faults: [], chance: ones(), rules: rulesOf([]), guard });
  await world.connect();
  const target = world.tenant.addGroup();
  const ids = Array.from({ length: 3 }, () => world.tenant.addUser().id).sort();
  await world.pollAfter(1);
  await world.pollAfter(GATHERED_SECONDS);
  expect([...target.members].sort()).toEqual(ids);
  await world.changeRules(rulesOf(['nobody.example']));
  for (let n = 0; n < 4; n += 1) await world.pollAfter(180);
  expect(heldKeys(world)).toHaveLength(3);
  judge(world, { verdict: 'reject' });
  await world.settle();
  await askForFullRun(world);
  await world.settle();
  await world.pollAfter(180);
  expect(heldKeys(world)).toEqual([]);
  expect([...target.members].sort()).toEqual(ids);
});

it('nobody is taken out of a target group whose members follow from a rule by now', async () => {
  const world = new World({ workers: 1, faults: [], chance: ones(), rules: rulesOf([]) });
  await world.connect();
  const target = world.tenant.addGroup();
  const ids = Array.from({ length: 3 }, () => world.tenant.addUser().id).sort();
  await world.pollAfter(1);
  await world.pollAfter(GATHERED_SECONDS);
  let asked = 0;
  const { removeMembers } = world.writes;
  Object.assign(world.writes, {
    removeMembers: async (pairs: Parameters<typeof removeMembers>[0]) => {
      asked += 1;
      return pairs.map(() => ({ ok: false, reason: 'refused', detail: 'it is dynamic' }));
    },
  });
  const becomes = (groupTypes: readonly string[]) =>
    world.tenant.say({ kind: 'group', id: target.id, properties: { groupTypes: [...groupTypes] } });
  becomes(['DynamicMembership']);
  await world.pollAfter(180);
  await world.changeRules(rulesOf(['nobody.example']));
  for (let hour = 0; hour < 48; hour += 1) await world.pollAfter(3_600);
  await askForFullRun(world);
  await world.settle();
  await world.pollAfter(180);
  expect(asked).toBe(0);
  expect([...target.members].sort()).toEqual(ids);

  becomes([]);
  Object.assign(world.writes, { removeMembers });
  await world.pollAfter(180);
  await askForFullRun(world);
  for (let n = 0; n < 4; n += 1) await world.pollAfter(180);
  expect([...target.members]).toEqual([]);
});

it('users who come one by one join the target group by twenties', async () => {
  const world = new World({ workers: 1, faults: [], chance: ones(), rules: rulesOf([]) });
  await world.connect();
  const target = world.tenant.addGroup();
  const sizes: number[] = [];
  const { addMembers } = world.writes;
  Object.assign(world.writes, {
    addMembers: (pairs: Parameters<typeof addMembers>[0]) => {
      sizes.push(pairs.length);
      return addMembers(pairs);
    },
  });
  await world.pollAfter(1);
  const ids: string[] = [];
  for (let n = 0; n < 50; n += 1) {
    ids.push(world.tenant.addUser().id);
    await world.pollAfter(0.2);
  }
  await world.pollAfter(GATHERED_SECONDS);
  expect([...target.members].sort()).toEqual(ids.sort());
  const requests = sizes.reduce((sum, size) => sum + Math.ceil(size / 20), 0);
  expect(requests).toBe(3);
});

it('nobody is forgotten whose turn does not come for minutes', async () => {
  const world = new World({ workers: 1, faults: [], chance: ones(), rules: rulesOf([]) });
  await world.connect();
  const target = world.tenant.addGroup();
  const { addMembers } = world.writes;
  let tries = 0;
  Object.assign(world.writes, {
    addMembers: async (pairs: Parameters<typeof addMembers>[0]) => {
      tries += 1;
      if (tries > 3) return addMembers(pairs);
      world.skip(90);
      return pairs.map(() => ({ ok: false, reason: 'throttled', detail: 'writes wait' }));
    },
  });
  const { id } = world.tenant.addUser();
  await world.pollAfter(1);
  for (let n = 0; n < 10; n += 1) await world.pollAfter(180);
  expect(tries).toBe(4);
  expect([...target.members]).toEqual([id]);
});
