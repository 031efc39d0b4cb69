import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { there } from './connected.ts';
import { losses } from './losses.ts';
import { startWorld, type World } from './world.ts';

const NOTHING = { users: 0, groups: 0, memberships: 0, entitlements: 0, attributes: 0 };
const USERS = 80;

let world: World;

beforeAll(async () => {
  world = await startWorld({ users: USERS, groups: 12, memberships: 100 });
});
afterAll(() => world?.stop());

const id = () => world.connectionId;
const idsOf = async (kind: 'user' | 'group') =>
  (await world.tenant.dump()).filter((object) => object.kind === kind).map((object) => object.id);
const isActive = async (user: string) => (await world.app.read()).users.get(user)?.active;
const held = async () => (await world.status()).held;
const all = (ids: readonly string[], one: (id: string) => Promise<unknown>) =>
  Promise.all(ids.map(one));

/** Asks for a round, in which nothing is to be taken away. */
async function roundWithoutLoss(): Promise<void> {
  const before = await world.app.read();
  expect((await world.syncNow()).state).toBe('completed');
  expect(losses(before, await world.app.read())).toEqual([]);
}

async function judged(runId: string): Promise<void> {
  expect(await world.ended(runId)).toMatchObject({ state: 'completed' });
}

describe('a tenant of 80 users that loses 30', () => {
  let lost: string[] = [];
  const newcomer: { id?: string } = {};

  it('is told to an administrator before anything is applied', async () => {
    lost = (await idsOf('user')).slice(0, 30);
    await all(lost, (user) => world.tenant.deleteUser(user));
    await roundWithoutLoss();
    expect(await held()).toEqual({ ...NOTHING, users: 30 });
    const first = await world.admin.held(id(), '?kind=users&size=20');
    const second = await world.admin.held(id(), (first.next ?? '').split('/held')[1]);
    expect(first.counts).toEqual({ ...NOTHING, users: 30 });
    expect([first.held.length, second.held.length]).toEqual([20, 10]);
    const told = [...first.held, ...second.held];
    expect(new Set(told.map((one) => one.id))).toEqual(new Set(lost));
    for (const one of told)
      expect(one).toMatchObject({
        kind: 'users',
        action: 'deactivate',
        name: expect.stringMatching(/\w/),
        appId: expect.stringMatching(/\w/),
        evidence: expect.stringMatching(/removed/),
      });
    expect((await world.admin.held(id(), '?kind=groups')).held).toEqual([]);
    expect((await world.admin.ask('GET', `/manage/connections/${id()}/held?kind=x`)).status).toBe(
      400,
    );
  });

  it('goes on creating and updating meanwhile, and yields no name of theirs', async () => {
    const [stays] = (await idsOf('user')).slice(-1);
    const gone = await world.tenant.show('user', there(lost[29]));
    const name = there((await world.app.read()).users.get(gone.id)).attributes.userName;
    await world.tenant.patchUser(there(stays), { city: 'Weimar' });
    const created = await world.tenant.createUser({ displayName: 'Nina New' });
    const userPrincipalName = String(name);
    const values = { displayName: 'Nico Namesake', userPrincipalName };
    newcomer.id = (await world.tenant.createUser(values)).id;
    await roundWithoutLoss();
    const { users } = await world.app.read();
    expect(users.get(there(stays))?.attributes).toMatchObject({
      'addresses[type eq "work"].locality': 'Weimar',
    });
    expect(users.get(created.id)).toMatchObject({ active: true });
    expect(users.get(gone.id)?.attributes.userName).toBe(name);
    expect(users.has(there(newcomer.id))).toBe(false);
    const failures = await world.admin.failures(id());
    expect(failures).toMatchObject([{ id: newcomer.id, reason: 'name-taken', isRemoval: false }]);
    expect(await held()).toEqual({ ...NOTHING, users: 30 });
  });

  it('is approved in part', async () => {
    await judged(await world.admin.approve(id(), { ids: lost.slice(0, 3) }));
    expect(await Promise.all(lost.slice(0, 5).map(isActive))).toEqual([
      false,
      false,
      false,
      true,
      true,
    ]);
    expect(await held()).toEqual({ ...NOTHING, users: 27 });
  });

  it('is rejected in part: those stay, whatever is read, until they return', async () => {
    const kept = lost.slice(3, 6);
    await judged(await world.admin.reject(id(), { ids: kept }));
    expect(await held()).toEqual({ ...NOTHING, users: 24 });
    await roundWithoutLoss();
    const before = await world.app.read();
    expect(await world.resync()).toMatchObject({ state: 'completed' });
    expect(losses(before, await world.app.read())).toEqual([]);
    expect(await held()).toEqual({ ...NOTHING, users: 24 });
    expect(await Promise.all(kept.map(isActive))).toEqual([true, true, true]);

    await all(kept, (user) => world.tenant.restore('user', user));
    await all(kept, (user) => world.tenant.patchUser(user, { city: 'Jena' }));
    await roundWithoutLoss();
    // They are users like any other again: a single one that leaves, leaves.
    await world.tenant.deleteUser(there(kept[0]));
    await judged((await world.admin.syncNow(id())).runId);
    expect((await held()).users + ((await isActive(there(kept[0]))) ? 0 : 1)).toBe(25);
  });

  it('is approved as a whole', async () => {
    const body = { kinds: ['users'], ids: [there(lost[7])] };
    const path = `/manage/connections/${id()}/held/approve`;
    expect((await world.admin.ask('POST', path, { body })).status).toBe(400);
    await judged(await world.admin.approve(id(), { kinds: ['memberships', 'groups'] }));
    expect((await held()).users).toBeGreaterThan(23);
    await judged(await world.admin.approve(id()));
    expect(await held()).toEqual(NOTHING);
    expect(await Promise.all(lost.slice(6).map(isActive))).toEqual(lost.slice(6).map(() => false));
    await world.admin.retry(id(), there(newcomer.id));
    await world.until(async () => (await isActive(there(newcomer.id))) === true);
    await world.expectInStep();
    expect((await world.status()).failures).toBe(0);
  });
});

describe('a large group that is emptied', () => {
  it('keeps its members until somebody has decided', async () => {
    const members = (await idsOf('user')).slice(0, 45);
    const { id: group } = await world.tenant.createGroup({ displayName: 'Everybody' });
    await world.tenant.addMembers(group, members);
    await world.round();
    await all(members, (member) => world.tenant.removeMember(group, member));
    await roundWithoutLoss();
    expect(await held()).toEqual({ ...NOTHING, memberships: 45 });
    const list = await world.admin.held(id(), '?kind=memberships&size=200');
    expect(list.held).toHaveLength(45);
    expect(list.held[0]).toMatchObject({ action: 'remove-member', groupId: group });

    const memberships = members.map((memberId) => ({ groupId: group, memberId }));
    await judged(await world.admin.approve(id(), { memberships: memberships.slice(0, 2) }));
    await judged(await world.admin.reject(id(), { memberships: memberships.slice(2, 4) }));
    const left = async () => {
      const app = (await world.app.read()).memberships;
      return [...members.keys()].filter((at) => app.has(`${group} ${members[at]}`));
    };
    expect((await left()).slice(0, 3)).toEqual([2, 3, 4]);
    expect(await held()).toEqual({ ...NOTHING, memberships: 41 });
    await world.tenant.addMembers(group, members.slice(4, 6));
    await roundWithoutLoss();
    expect(await held()).toEqual({ ...NOTHING, memberships: 39 });
    await judged(await world.admin.approve(id(), { kinds: ['memberships'] }));
    expect(await left()).toEqual([2, 3, 4, 5]);

    await world.tenant.addMembers(group, members.slice(2, 4));
    await world.round();
    await world.expectInStep();
    await world.tenant.removeMember(group, there(members[2]));
    expect((await world.round()).memberships).toMatchObject({ deleted: 1 });
    await world.expectInStep();
  });
});

describe('a tenant that loses all its groups', () => {
  it('keeps them in the application, and they return without having left', async () => {
    const groups = await idsOf('group');
    expect(groups.length).toBeGreaterThan(10);
    await all(groups, (group) => world.tenant.deleteGroup(group));
    await roundWithoutLoss();
    expect(await held()).toMatchObject({ users: 0, groups: groups.length });
    await all(groups, (group) => world.tenant.restore('group', group));
    await roundWithoutLoss();
    expect(await held()).toEqual(NOTHING);
    await world.expectInStep();
  });
});

describe('a wave of accounts that are disabled', () => {
  it('is held, and carried out once it is approved', async () => {
    const users = (await idsOf('user')).slice(0, 25);
    const [spared, ...others] = users;
    await all(users, (user) => world.tenant.patchUser(user, { accountEnabled: false }));
    await roundWithoutLoss();
    expect((await held()).users).toBeGreaterThan(20);
    await world.tenant.patchUser(there(spared), { accountEnabled: true });
    await roundWithoutLoss();
    await judged(await world.admin.approve(id()));
    expect(await isActive(there(spared))).toBe(true);
    expect(await Promise.all(others.map(isActive))).toEqual(others.map(() => false));
    expect(await held()).toEqual(NOTHING);
    await world.expectInStep();
  });
});
