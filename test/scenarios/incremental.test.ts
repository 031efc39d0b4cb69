import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { there } from './connected.ts';
import { fresh } from './fresh.ts';
import { startWorld, type World } from './world.ts';

let world: World;

beforeAll(async () => {
  world = await startWorld({ users: 20, groups: 4, memberships: 30 });
});
afterAll(() => world?.stop());
// What an earlier story left behind is not for the next one to count.
beforeEach(() => world.syncNow());

const userOf = async (id: string) => (await world.app.read()).users.get(id);
const managerOf = async (id: string) => (await world.app.read()).managers.get(id);

async function newUser(name: string, values: Record<string, unknown> = {}) {
  const user = await world.tenant.createUser({ displayName: name, ...values });
  expect(await world.round()).toEqual({ users: { read: 1, created: 1 } });
  return user;
}

describe('the initial run', () => {
  it('brings every user, group, membership and manager over', async () => {
    expect(world.initialRun).toMatchObject({ kind: 'initial', state: 'completed' });
    await world.expectInStep();
    const { inStep } = await world.status();
    expect(inStep).toEqual({ users: 20, groups: 4, memberships: 30 });
    expect(await world.app.counts()).toEqual({ users: 20, groups: 4 });
    expect((await world.app.read()).managers.size).toBeGreaterThan(0);
  });
});

describe('a user of the tenant', () => {
  it('is created, and changed', async () => {
    const user = await newUser('Nora Neu', { department: 'Sales', businessPhones: ['+49 1'] });
    await world.tenant.patchUser(user.id, { department: 'Support', city: 'Ulm' });
    expect(await world.round()).toEqual({ users: { read: 1, updated: 1 } });
    await world.expectInStep();
  });

  it('is renamed and stays the same entry', async () => {
    const user = await newUser('Rita Rahm');
    const before = await userOf(user.id);
    const userPrincipalName = `${fresh('rita.roth')}@haldenworks.example`;
    await world.tenant.patchUser(user.id, { userPrincipalName, displayName: 'Rita Roth' });
    expect(await world.round()).toEqual({ users: { read: 1, updated: 1 } });
    const after = await userOf(user.id);
    expect(after).toMatchObject({ id: before?.id, attributes: { userName: userPrincipalName } });
    await world.expectInStep();
  });

  it('takes the name that another one has given up, at its next change at the latest', async () => {
    const [one, two] = [await newUser('Otto One'), await newUser('Tina Two')];
    const userPrincipalName = one.userPrincipalName;
    await world.tenant.patchUser(one.id, {
      userPrincipalName: `${fresh('otto.new')}@haldenworks.example`,
    });
    await world.tenant.patchUser(two.id, { userPrincipalName });
    // They lie in different lanes: whoever takes the name may come before whoever gives it up.
    const { updated = 0, failed = 0 } = (await world.round()).users ?? {};
    expect([updated + failed, failed]).toEqual([2, failed > 0 ? 1 : 0]);
    await world.tenant.patchUser(two.id, { city: 'Ulm' });
    expect(await world.round()).toEqual({ users: { read: 1, updated: 1 } });
    await world.expectInStep();
  });

  it('is disabled and enabled', async () => {
    const user = await newUser('Dina Dahm');
    for (const accountEnabled of [false, true]) {
      await world.tenant.patchUser(user.id, { accountEnabled });
      const counted = accountEnabled ? { updated: 1 } : { deactivated: 1 };
      expect(await world.round()).toEqual({ users: { read: 1, ...counted } });
      expect((await userOf(user.id))?.active).toBe(accountEnabled);
    }
    await world.expectInStep();
  });

  it('loses an attribute that was cleared', async () => {
    const user = await newUser('Cleo Clausen', { jobTitle: 'Clerk', mail: 'cleo@x.example' });
    expect((await userOf(user.id))?.attributes.title).toBe('Clerk');
    await world.tenant.patchUser(user.id, { jobTitle: null, mail: null });
    expect(await world.round()).toEqual({ users: { read: 1, updated: 1 } });
    expect((await userOf(user.id))?.attributes).not.toHaveProperty('title');
    await world.expectInStep();
  });

  it('is created, changed and deleted before anybody looks', async () => {
    const user = await world.tenant.createUser({ displayName: 'Ella Eilig' });
    await world.tenant.patchUser(user.id, { city: 'Bonn' });
    await world.tenant.deleteUser(user.id);
    await world.round();
    expect(await userOf(user.id)).toBeUndefined();
    await world.expectInStep();
  });
});

describe('a user who is deleted', () => {
  async function newMember(name: string) {
    const user = await newUser(name);
    const group = await world.tenant.createGroup({ displayName: `Group of ${name}` });
    await world.tenant.addMembers(group.id, [user.id]);
    await world.round();
    const membership = `${group.id} ${user.id}`;
    expect((await world.app.read()).memberships).toContain(membership);
    return { user, membership };
  }

  it('is inactive, keeps its memberships, and is active again when restored', async () => {
    const { user, membership } = await newMember('Wanda Weg');
    const before = there(await userOf(user.id));
    await world.tenant.deleteUser(user.id);
    expect(await world.round()).toEqual({ users: { read: 1, deactivated: 1 } });
    const resting = await world.app.read();
    expect(resting.users.get(user.id)).toMatchObject({ id: before.id, active: false });
    expect(resting.memberships).toContain(membership);
    await world.expectInStep();

    await world.tenant.restore('user', user.id);
    expect(await world.round()).toEqual({ users: { read: 1, updated: 1 } });
    const back = await world.app.read();
    expect(back.users.get(user.id)).toMatchObject({ id: before.id, active: true });
    expect(back.memberships).toContain(membership);
    await world.expectInStep();
  });

  it('is gone with its memberships when purged', async () => {
    const { user, membership } = await newMember('Gesa Gone');
    await world.tenant.deleteUser(user.id);
    await world.round();
    await world.tenant.purge('user', user.id);
    expect(await world.round()).toEqual({
      users: { read: 1, deleted: 1 },
      groups: { read: 1 },
      memberships: { read: 1, deleted: 1 },
    });
    const left = await world.app.read();
    expect(left.users.has(user.id)).toBe(false);
    expect(left.memberships).not.toContain(membership);
    await world.expectInStep();
  });

  it('is gone at once when deleted for good at once', async () => {
    const { user, membership } = await newMember('Paul Purge');
    await world.tenant.purge('user', user.id);
    await world.round();
    const left = await world.app.read();
    expect(left.users.has(user.id)).toBe(false);
    expect(left.memberships).not.toContain(membership);
    await world.expectInStep();
  });
});

describe('a manager', () => {
  it('is set, changed and cleared', async () => {
    const report = await newUser('Reni Report');
    const bosses = [await newUser('Bea Boss'), await newUser('Ben Boss')];
    for (const manager of [...bosses.map(({ id }) => id), null]) {
      await world.tenant.patchUser(report.id, { manager });
      await world.round();
      expect(await managerOf(report.id)).toBe(manager ?? undefined);
    }
    await world.expectInStep();
  });

  it('comes in the same round as the user', async () => {
    const boss = await world.tenant.createUser({ displayName: 'Mona Manager' });
    await world.tenant.createUser({ displayName: 'Rolf Report', manager: boss.id });
    expect(await world.round()).toEqual({ users: { read: 2, created: 2 } });
    await world.expectInStep();
  });

  it('is replaced by one who never comes', async () => {
    const [boss, report] = [await newUser('Gone Boss'), await newUser('Left Report')];
    await world.tenant.patchUser(report.id, { manager: boss.id });
    await world.round();
    await world.tenant.faults({ kind: 'lag', seconds: 60 });
    const late = await world.tenant.createUser({ displayName: 'Never Boss' });
    await world.tenant.noFaults();
    await world.tenant.patchUser(report.id, { manager: late.id });
    await world.round();
    await world.tenant.patchUser(report.id, { manager: null });
    await world.round();
    expect(await managerOf(report.id)).toBeUndefined();
    await world.tenant.passTime(60);
    await world.round();
    await world.expectInStep();
  });

  it('is cleared in the round in which the manager is purged', async () => {
    const [boss, report] = [await newUser('Purged Boss'), await newUser('Free Report')];
    await world.tenant.patchUser(report.id, { manager: boss.id });
    await world.round();
    await world.tenant.patchUser(report.id, { manager: null });
    await world.tenant.purge('user', boss.id);
    await world.round();
    expect(await managerOf(report.id)).toBeUndefined();
    await world.expectInStep();
  });

  it('who is purged is nobody’s manager any more', async () => {
    const boss = await newUser('Lena Leaver');
    const report = await newUser('Stan Stays', { manager: boss.id });
    expect(await managerOf(report.id)).toBe(boss.id);
    await world.tenant.purge('user', boss.id);
    await world.round();
    expect(await managerOf(report.id)).toBeUndefined();
    await world.expectInStep();
  });
});

describe('a round without changes', () => {
  /** Every row that a sync may write, with its version. */
  const versions = () => world.rows(['links', 'runs', 'directory', 'directorymembers']);

  it('makes no run and writes nothing but the checkpoint', async () => {
    const [rows, runs] = [await versions(), await world.admin.runs(world.connectionId)];
    const { idleRounds } = await world.status();
    await world.azure.runTimer('poll-timer');
    await world.until(async () => {
      const status = await world.status();
      return status.idleRounds === idleRounds + 1;
    });
    expect(await versions()).toEqual(rows);
    expect(await world.admin.runs(world.connectionId)).toEqual(runs);
  });

  it('ends the run that was promised, with zeros', async () => {
    const run = await world.syncNow();
    expect(run).toMatchObject({ kind: 'incremental', state: 'completed' });
    const counts = Object.values(run.counters).flatMap((counters) => Object.values(counters));
    expect(new Set(counts)).toEqual(new Set([0]));
    expect(there((await world.admin.runs(world.connectionId))[0]).id).toBe(run.id);
  });

  it('asks Graph twice and the tables four times', async () => {
    const transactions = async () =>
      (await world.azure.workerStats()).map(({ counters }) => counters['tables.transactions'] ?? 0);
    const roundAt = () => world.rows(['checkpoints']);
    const [before, checkpoint] = [await transactions(), await roundAt()];
    await world.tenant.resetStats();
    await world.azure.runTimer('poll-timer');
    await world.until(async () => {
      const now = await roundAt();
      return JSON.stringify([...now]) !== JSON.stringify([...checkpoint]);
    });
    expect((await world.tenant.stats()).requests).toBe(2);
    const [from = 0, to = 0] = [...before, ...(await transactions())];
    expect(to - from).toBeLessThanOrEqual(4);
  });
});
