import { createServer } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { countersOf } from './admin-api.ts';
import { startWorld, type World } from './world.ts';

const USERS = 60;
const MEMBERSHIPS = 40;

let world: World;

beforeAll(async () => {
  const size = { users: USERS, groups: 6, memberships: MEMBERSHIPS };
  world = await startWorld({ ...size, pageSize: 5, memberPageSize: 3, empty: true });
});
afterAll(() => world?.stop());
afterEach(() => world.tenant.noFaults());

const lastError = async () => (await world.status()).lastError?.code;
const newUser = (displayName: string) => world.tenant.createUser({ displayName });
/** Requests to Graph that were answered with a status since the last reset. */
const answered = async (code: number) => (await world.tenant.stats()).byStatus[code] ?? 0;

describe('an initial run', () => {
  it('comes to its end over small, empty, repeated and refused pages', async () => {
    const everybody = (await world.tenant.dump()).filter(({ kind }) => kind === 'user');
    const { id } = await world.tenant.createGroup({ displayName: 'On twenty pages' });
    await world.tenant.addMembers(
      id,
      everybody.map((user) => user.id),
    );
    await world.tenant.faults(
      { kind: 'emptyPages', percent: 30 },
      { kind: 'duplicate', percent: 50 },
      { kind: 'throttle', percent: 10, count: 4, retryAfterSeconds: 0.25, route: 'delta' },
      { kind: 'unavailable', percent: 10, count: 3, retryAfterSeconds: 0.1, route: 'delta' },
    );
    await world.tenant.resetStats();
    await world.switchSync(true);
    const run = await world.runEnded();
    expect(run).toMatchObject({ kind: 'initial', state: 'completed' });
    expect(countersOf(run)).toMatchObject({
      users: { created: USERS },
      groups: { created: 7 },
      memberships: { created: MEMBERSHIPS + USERS },
    });
    expect(await answered(429)).toBeGreaterThan(0);
    expect(await answered(503)).toBeGreaterThan(0);
    expect((await world.tenant.stats()).byRoute['GET /groups/delta']).toBeGreaterThan(20);
    await world.expectInStep();
  });
});

describe('what a delta shows again', () => {
  beforeEach(() => world.syncNow());

  it('changes nothing', async () => {
    const before = await world.rows(['directory', 'directorymembers']);
    await world.tenant.faults({ kind: 'replay', changes: 30 });
    await world.tenant.patchUser((await newUser('Repeated Rita')).id, { city: 'Kiel' });
    await world.round();
    const counted = await world.round();
    expect(Object.keys(counted.users ?? {})).toEqual(['read']);
    const after = await world.rows(['directory', 'directorymembers']);
    for (const [name, row] of before)
      if (!name.includes('/n:')) expect(after.get(name)).toEqual(row);
    await world.expectInStep();
  });

  it('removes once what is shown as removed twice', async () => {
    const user = await newUser('Removed Rudi');
    await world.round();
    await world.tenant.deleteUser(user.id);
    expect(await world.round()).toEqual({ users: { read: 1, deactivated: 1 } });
    await world.tenant.faults({ kind: 'replay', changes: 3 }, { kind: 'duplicate' });
    const counted = await world.round();
    expect(counted.users?.read).toBeGreaterThan(1);
    expect(counted.users).not.toHaveProperty('deactivated');
    await world.expectInStep();
    await world.tenant.purge('user', user.id);
    await world.tenant.faults({ kind: 'duplicate' });
    expect((await world.round()).users).toMatchObject({ deleted: 1 });
    await world.round();
    await world.expectInStep();
  });

  it('is in step in the end, however late and out of order it shows', async () => {
    await world.tenant.faults({ kind: 'lag', seconds: 1, jitterSeconds: 60 });
    const group = await world.tenant.createGroup({ displayName: 'Latecomers' });
    const boss = await newUser('Late Boss');
    for (let n = 0; n < 8; n += 1) {
      const user = await newUser(`Latecomer ${n}`);
      await world.tenant.patchUser(user.id, { manager: boss.id, city: 'Lauf' });
      await world.tenant.addMembers(group.id, [user.id]);
      if (n % 3 === 0) await world.tenant.deleteUser(user.id);
      if (n % 4 === 0) await world.tenant.removeMember(group.id, user.id);
    }
    for (let passed = 0; passed <= 90; passed += 15) {
      await world.round();
      await world.tenant.passTime(15);
    }
    await world.round();
    await world.expectInStep();
  });
});

describe('a delta link that has expired', () => {
  for (const [kind, code] of [
    ['users', '400'],
    ['groups', '410'],
  ] as const)
    it(`of ${kind}, told by a ${code}, makes a full run by itself`, async () => {
      const user = await newUser(`Missed ${code}`);
      const fault = { kind: 'expiredDelta', status: code, count: 1 } as const;
      await world.tenant.faults({ ...fault, route: `${kind}/delta` });
      const run = await world.syncNow();
      expect(run).toMatchObject({ kind: 'resync', state: 'completed' });
      expect(countersOf(run).users).toMatchObject({ created: 1 });
      expect((await world.app.read()).users.has(user.id)).toBe(true);
      await world.expectInStep();
      expect(await lastError()).toBeUndefined();
      expect((await world.round()).users).toBeUndefined();
    });
});

describe('an answer that is no use', () => {
  beforeEach(() => world.syncNow());

  it('of another shape, is told, and the next round goes on', async () => {
    await newUser('Broken Bert');
    await world.tenant.faults({ kind: 'badSchema', route: 'users/delta' });
    await world.admin.syncNow(world.connectionId);
    await world.until(async () => (await lastError()) === 'bad-answer');
    await world.tenant.noFaults();
    await world.round();
    expect(await lastError()).toBeUndefined();
    await world.expectInStep();
  });

  it('in the middle of a run, leaves the run open until the next poll', async () => {
    const fault = { kind: 'badSchema', route: 'users/delta' } as const;
    await world.tenant.createGroup({ displayName: 'Half-read' });
    await newUser('Half-read Harry');
    await world.tenant.faults(fault);
    const { runId } = await world.admin.syncNow(world.connectionId);
    await world.until(async () => (await lastError()) === 'bad-answer');
    expect((await world.status()).currentRun?.id).toBe(runId);
    await world.tenant.noFaults();
    await world.azure.runTimer('poll-timer');
    expect(await world.ended(runId)).toMatchObject({ state: 'completed' });
    await world.expectInStep();
  });

  it('with a long pause asked for, is told, and the next poll goes on', async () => {
    await newUser('Patient Paula');
    await world.tenant.faults({ kind: 'throttle', route: 'users/delta', retryAfterSeconds: 300 });
    await world.admin.syncNow(world.connectionId);
    await world.until(async () => (await lastError()) === 'throttled');
    await world.tenant.noFaults();
    await world.azure.runTimer('poll-timer');
    await world.until(async () => (await lastError()) === undefined);
    await world.round();
    await world.expectInStep();
  });
});

describe('a link to another host', () => {
  it('is not followed, and no token goes there', async () => {
    let calls = 0;
    const elsewhere = createServer((socket) => {
      calls += 1;
      socket.destroy();
    });
    await new Promise<void>((listening) => elsewhere.listen(0, '127.0.0.1', listening));
    const address = elsewhere.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    await world.syncNow();
    await newUser('Lured Lucy');
    for (const origin of [`http://127.0.0.1:${port}`, `https://localhost:${port}`]) {
      await world.tenant.faults({ kind: 'foreignNextLink', origin });
      await world.admin.syncNow(world.connectionId);
      await world.until(async () => (await lastError()) === 'bad-link');
      await world.tenant.noFaults();
      await world.round();
      expect(await lastError()).toBeUndefined();
    }
    expect(calls).toBe(0);
    await new Promise((closed) => elsewhere.close(closed));
    await world.expectInStep();
  });
});
