import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startWorld, type World } from './world.ts';

let world: World;

beforeAll(async () => {
  world = await startWorld({ users: 20, groups: 4, memberships: 30 });
});
afterAll(() => world?.stop());
// What an earlier story left behind is not for the next one to count.
beforeEach(() => world.syncNow());

const groupOf = async (id: string) => (await world.app.read()).groups.get(id);
const memberships = async () => (await world.app.read()).memberships;
const createUsers = (count: number, name: string) =>
  Promise.all(
    Array.from({ length: count }, (_, n) =>
      world.tenant.createUser({ displayName: `${name} ${n}` }),
    ),
  ).then((users) => users.map(({ id }) => id));

async function newGroup(name: string, members: readonly string[] = []) {
  const { id } = await world.tenant.createGroup({ displayName: name });
  await world.tenant.addMembers(id, members);
  await world.round();
  expect(await groupOf(id)).toMatchObject({ attributes: { displayName: name } });
  return id;
}

describe('a group of the tenant', () => {
  it('is created and renamed', async () => {
    const { id } = await world.tenant.createGroup({ displayName: 'Rowing' });
    expect(await world.round()).toEqual({ groups: { read: 1, created: 1 } });
    await world.tenant.patchGroup(id, { displayName: 'Sailing' });
    expect(await world.round()).toEqual({ groups: { read: 1, updated: 1 } });
    await world.expectInStep();
  });

  it('may have the name of another', async () => {
    const ids = [await newGroup('Twins'), await newGroup('Twins')];
    expect(new Set(ids).size).toBe(2);
    await world.expectInStep();
  });

  it('is deleted with its memberships, and restored with them', async () => {
    const users = await createUsers(3, 'Chess Player');
    const group = await newGroup('Chess', users);
    const inStep = (await world.status()).inStep;
    await world.tenant.deleteGroup(group);
    expect(await world.round()).toMatchObject({ groups: { read: 1, deleted: 1 } });
    expect(await groupOf(group)).toBeUndefined();
    await world.expectInStep();
    expect((await world.status()).inStep).toEqual({
      users: inStep.users,
      groups: inStep.groups - 1,
      memberships: inStep.memberships - 3,
    });

    await world.tenant.restore('group', group);
    expect(await world.round()).toMatchObject({
      groups: { created: 1 },
      memberships: { created: 3 },
    });
    await world.expectInStep();
    expect((await world.status()).inStep).toEqual(inStep);
  });

  it('is purged while it is deleted, and stays gone', async () => {
    const group = await newGroup('Short-lived', await createUsers(1, 'Passer-by'));
    await world.tenant.deleteGroup(group);
    await world.round();
    await world.tenant.purge('group', group);
    await world.round();
    expect(await groupOf(group)).toBeUndefined();
    await world.expectInStep();
  });
});

describe('the members of a group', () => {
  it('are added and removed', async () => {
    const [stays = '', goes = '', joins = ''] = await createUsers(3, 'Choir Singer');
    const group = await newGroup('Choir', [stays, goes]);
    await world.tenant.removeMember(group, goes);
    await world.tenant.addMembers(group, [joins]);
    expect(await world.round()).toEqual({
      groups: { read: 1 },
      memberships: { read: 2, created: 1, deleted: 1 },
    });
    const held = [...(await memberships())].filter((edge) => edge.startsWith(group)).sort();
    expect(held).toEqual([`${group} ${stays}`, `${group} ${joins}`].sort());
    await world.expectInStep();
  });

  it('who leave and join again in one round stay', async () => {
    const [user = ''] = await createUsers(1, 'Undecided');
    const group = await newGroup('Undecided', [user]);
    await world.tenant.removeMember(group, user);
    await world.tenant.addMembers(group, [user]);
    await world.round();
    expect(await memberships()).toContain(`${group} ${user}`);
    await world.tenant.removeMember(group, user);
    await world.round();
    await world.tenant.addMembers(group, [user]);
    await world.round();
    await world.expectInStep();
  });

  it('may be groups', async () => {
    const inner = await newGroup('Inner');
    const outer = await newGroup('Outer');
    await world.tenant.addMembers(outer, [inner]);
    expect(await world.round()).toEqual({
      groups: { read: 1 },
      memberships: { read: 1, created: 1 },
    });
    expect(await memberships()).toContain(`${outer} ${inner}`);
    await world.expectInStep();
  });

  it('that are groups are members again when they are restored', async () => {
    const inner = await newGroup('Inner and back', await createUsers(1, 'Innermost'));
    const outer = await newGroup('Outer of one who returns', [inner]);
    await world.tenant.deleteGroup(inner);
    await world.round();
    expect(await memberships()).not.toContain(`${outer} ${inner}`);
    await world.tenant.restore('group', inner);
    await world.round();
    expect(await memberships()).toContain(`${outer} ${inner}`);
    await world.expectInStep();
  });

  it('come in the same round as the user and the group', async () => {
    const users = await createUsers(2, 'Newcomer');
    const { id } = await world.tenant.createGroup({ displayName: 'Newcomers' });
    await world.tenant.addMembers(id, users);
    expect(await world.round()).toEqual({
      users: { read: 2, created: 2 },
      groups: { read: 1, created: 1 },
      memberships: { read: 2, created: 2 },
    });
    await world.expectInStep();
  });
});

describe('a user in 300 groups', () => {
  const GROUPS = 300;

  it('joins them in one round, and leaves them in another', async () => {
    const user = await world.tenant.createUser({ displayName: 'Joan Joiner' });
    const groups = await Promise.all(
      Array.from({ length: GROUPS }, (_, n) =>
        world.tenant.createGroup({ displayName: `Group ${n}` }),
      ),
    );
    for (const { id } of groups) await world.tenant.addMembers(id, [user.id]);
    expect(await world.round()).toEqual({
      users: { read: 1, created: 1 },
      groups: { read: GROUPS, created: GROUPS },
      memberships: { read: GROUPS, created: GROUPS },
    });
    await world.expectInStep();
    await world.tenant.purge('user', user.id);
    expect(await world.round()).toMatchObject({
      users: { deleted: 1 },
      memberships: { read: GROUPS },
    });
    // What the guard held for a moment went with its member.
    expect(await world.status()).toMatchObject({ held: { users: 0, memberships: 0 } });
    await world.expectInStep();
  });
});

describe('a member that is there before', () => {
  /** Makes something that deltas show only when the tenant's time has passed. */
  async function late<T>(make: () => Promise<T>): Promise<T> {
    await world.tenant.faults({ kind: 'lag', seconds: 60 });
    const made = await make();
    await world.tenant.noFaults();
    return made;
  }

  it('its user, waits for the user', async () => {
    const user = await late(() => world.tenant.createUser({ displayName: 'Lara Late' }));
    const group = await newGroup('Early Birds', [user.id]);
    expect(await memberships()).not.toContain(`${group} ${user.id}`);
    await world.tenant.passTime(60);
    expect(await world.round()).toEqual({
      users: { read: 1, created: 1 },
      memberships: { created: 1 },
    });
    expect(await memberships()).toContain(`${group} ${user.id}`);
    await world.expectInStep();
  });

  it('its group, waits for the group', async () => {
    const inner = await late(() => world.tenant.createGroup({ displayName: 'Late Group' }));
    const outer = await newGroup('Outer of the late', [inner.id]);
    await world.tenant.passTime(60);
    expect(await world.round()).toMatchObject({
      groups: { created: 1 },
      memberships: { created: 1 },
    });
    expect(await memberships()).toContain(`${outer} ${inner.id}`);
    await world.expectInStep();
  });

  it('its manager, waits for the manager', async () => {
    const boss = await late(() => world.tenant.createUser({ displayName: 'Berta Later' }));
    const report = await world.tenant.createUser({ displayName: 'Resi', manager: boss.id });
    await world.round();
    expect((await world.app.read()).managers.has(report.id)).toBe(false);
    await world.tenant.passTime(60);
    await world.round();
    expect((await world.app.read()).managers.get(report.id)).toBe(boss.id);
    await world.expectInStep();
  });
});
