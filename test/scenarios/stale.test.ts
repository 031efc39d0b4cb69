import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Fault } from '../../local/tenant/faults.ts';
import { there } from './connected.ts';
import { losses } from './losses.ts';
import { startWorld, type World } from './world.ts';

const NOTHING_HELD = { users: 0, groups: 0, memberships: 0, entitlements: 0, attributes: 0 };

let world: World;

beforeAll(async () => {
  const size = { users: 60, groups: 6, memberships: 90 };
  world = await startWorld({ ...size, pageSize: 20, memberPageSize: 10 });
});
afterAll(() => world?.stop());
afterEach(() => world.tenant.noFaults());

const createUsers = (names: readonly string[]) =>
  Promise.all(names.map((displayName) => world.tenant.createUser({ displayName })));
/** Tries failures again at once, until none are left: whether an object is back is looked at three times. */
const looksAgain = () =>
  world.until(async () => {
    const failures = await world.admin.failures(world.connectionId);
    for (const { id } of failures) await world.admin.retry(world.connectionId, id);
    return failures.length === 0;
  });
const userOf = async (id: string) => (await world.app.read()).users.get(id);

describe('a delta link that has expired', () => {
  const EXPIRED: readonly Fault[] = [
    { kind: 'expiredDelta', status: '400', code: 'SyncStateNotFound', route: 'users/delta' },
    { kind: 'expiredDelta', status: '410', code: 'RESYNCREQUIRED', route: 'groups/delta' },
  ];

  for (const [nth, fault] of EXPIRED.entries())
    it(`(${JSON.stringify(fault)}) makes a full run, which finds what has left`, async () => {
      const names = ['Purged', 'Deleted', 'Loses Membership', 'Stays'].map(
        (name) => `${name} ${nth}`,
      );
      const [purged, deleted, loses, stays] = (await createUsers(names)).map(({ id }) => id);
      const { id: kept } = await world.tenant.createGroup({ displayName: `Kept ${nth}` });
      const { id: dropped } = await world.tenant.createGroup({ displayName: `Dropped ${nth}` });
      const members = [purged, deleted, loses, stays].map(there);
      await world.tenant.addMembers(kept, members);
      await world.tenant.addMembers(dropped, members);
      await world.tenant.patchUser(there(stays), { manager: there(loses) });
      await world.round();
      await world.expectInStep();
      expect((await world.status()).lastRun?.kind).toBe('incremental');

      await world.tenant.deleteUser(there(purged));
      await world.tenant.purge('user', there(purged));
      await world.tenant.deleteUser(there(deleted));
      await world.tenant.deleteGroup(dropped);
      await world.tenant.removeMember(kept, there(loses));
      await world.tenant.patchUser(there(stays), { manager: null });
      await world.tenant.faults({ ...fault, count: 1 });
      await world.syncNow();
      // Where something was read before the link had expired, that run ends, and another begins.
      await world.until(async () => (await world.status()).lastRun?.kind === 'resync');
      const run = await world.runEnded();
      expect(run).toMatchObject({ kind: 'resync', state: 'completed' });
      expect(run.counters.groups).toMatchObject({ deleted: 1 });
      const app = await world.app.read();
      // Not found may mean not yet known there: nothing is deleted that has not rested before.
      expect(app.users.get(there(purged))?.active).toBe(false);
      expect(app.users.get(there(deleted))?.active).toBe(false);
      expect(app.memberships.has(`${kept} ${deleted}`)).toBe(true);
      expect(app.memberships.has(`${kept} ${loses}`)).toBe(false);
      expect(app.memberships.has(`${kept} ${stays}`)).toBe(true);
      expect(app.managers.has(there(stays))).toBe(false);
      expect(await world.resync()).toMatchObject({ state: 'completed' });
      expect((await world.app.read()).users.has(there(purged))).toBe(false);
      await world.expectInStep();

      await world.tenant.restore('user', there(deleted));
      await world.round();
      expect(await userOf(there(deleted))).toMatchObject({ active: true });
      await world.expectInStep();
    });
});

describe('a replay of what a user was', () => {
  it('does not bring a removed user back', async () => {
    const [purged, deleted] = await createUsers(['Gone For Good', 'Gone For Now']);
    const ids = [there(purged).id, there(deleted).id];
    await world.round();
    for (const id of ids) await world.tenant.deleteUser(id);
    await world.tenant.purge('user', there(ids[0]));
    await world.round();
    await world.tenant.faults({ kind: 'replay', stale: true, changes: 10 });
    await createUsers(['Shows The Others']);
    for (let rounds = 0; rounds < 3; rounds += 1) {
      await world.syncNow();
      expect(await userOf(there(ids[0]))).toBeUndefined();
      expect(await userOf(there(ids[1]))).toMatchObject({ active: false });
    }
    await world.tenant.noFaults();
    await world.resync();
    expect(await userOf(there(ids[0]))).toBeUndefined();
    expect(await userOf(there(ids[1]))).toMatchObject({ active: false });
    await looksAgain();
    expect(await userOf(there(ids[1]))).toMatchObject({ active: false });
    await world.expectInStep();
    expect(await world.status()).toMatchObject({ failures: 0, held: NOTHING_HELD });
  });
});

describe('replicas that lag behind', () => {
  it('make nothing go that had arrived everywhere, and newcomers stay in the end', async () => {
    const before = await world.app.read();
    await world.tenant.faults({ kind: 'lag', seconds: 600, replicas: 3, reads: true });
    const users = await createUsers(Array.from({ length: 6 }, (_, n) => `Newcomer ${n}`));
    const { id } = await world.tenant.createGroup({ displayName: 'Newcomers' });
    await world.tenant.addMembers(
      id,
      users.map((user) => user.id),
    );
    for (let rounds = 0; rounds < 3; rounds += 1) await world.syncNow();
    await world.resync();
    await world.resync();
    const after = await world.app.read();
    expect(losses(before, after)).toEqual([]);
    await world.tenant.passTime(1_200);
    await world.tenant.noFaults();
    await world.round();
    await world.resync();
    await world.expectInStep();
  });
});
