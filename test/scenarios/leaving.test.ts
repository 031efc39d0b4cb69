import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Connected } from './connected.ts';
import { fresh } from './fresh.ts';
import { losses } from './losses.ts';
import { startWorld, type World } from './world.ts';

const SIZE = { users: 30, groups: 6, memberships: 40 };
const TABLES = [
  'connections',
  'checkpoints',
  'links',
  'runs',
  'rejected',
  'plans',
  'authorizations',
];

let world: World;

beforeAll(async () => {
  world = await startWorld({ ...SIZE, empty: true });
});
afterAll(() => world?.stop());
afterEach(() => world.azure.tableFaults([]));

async function imported(name: string): Promise<Connected> {
  const connected = await world.another(fresh(name));
  await connected.switchSync(true);
  expect(await connected.runEnded()).toMatchObject({ state: 'completed' });
  await world.put('changes', `${connected.connectionId}:2`, 'nothing that can be read');
  await world.until(async () => (await connected.status()).rejectedMessages === 1);
  return connected;
}

/** Names of rows that are stored of a connection, but for the application's own. */
async function rowsOf(id: string): Promise<string[]> {
  return [...(await world.rows(TABLES)).keys()].filter((name) => {
    const [table, partition = '', row] = name.split('/');
    return table === 'connections' ? row === id : partition.split(':')[0] === id;
  });
}

async function expectPurged(id: string): Promise<void> {
  await world.until(async () => (await rowsOf(id)).length === 0);
  expect(await world.secretNames(`connection-${id}-`)).toEqual([]);
  expect(await world.admin.ask('GET', `/manage/connections/${id}`)).toMatchObject({ status: 404 });
  await world.until(async () => (await world.waitingMessages()) === 0);
  expect(await rowsOf(id)).toEqual([]);
}

const path = (id: string, rest: string) => `/manage/connections/${id}/${rest}`;
/** A verdict on the removal of a connection names what is to become of its users. */
const judge = (id: string, verdict: 'approve' | 'reject', leaving: string) =>
  world.admin.ask('POST', path(id, `held/${verdict}`), { body: { leaving } });

describe('a connection that is deleted', () => {
  it('with its users switched off, asks first, and can be called off', async () => {
    const connected = await imported('rests');
    const id = connected.connectionId;
    const before = await connected.app.read();
    expect(await world.admin.ask('DELETE', `${path(id, '').slice(0, -1)}?users=x`)).toMatchObject({
      status: 400,
    });
    const leaving = { users: 'deactivate', approved: false };
    expect(await world.admin.remove(id, 'deactivate')).toMatchObject({
      status: 202,
      body: { leaving },
    });
    await world.until(async () => (await world.waitingMessages()) === 0);
    expect(losses(before, await connected.app.read())).toEqual([]);
    expect(await world.admin.ask('GET', path(id, 'held'))).toMatchObject({
      status: 200,
      body: { counts: { users: SIZE.users, groups: 0 }, leaving },
    });
    // What was meant for another list of removals decides nothing here.
    expect(await judge(id, 'approve', 'delete')).toMatchObject({ status: 409 });
    const on = await world.admin.switchSync(id, true);
    expect(on).toMatchObject({ status: 409, body: { status: 409 } });

    expect(await judge(id, 'reject', 'deactivate')).toMatchObject({
      status: 200,
    });
    await connected.switchSync(true);
    await world.tenant.createUser({ displayName: 'After All' });
    await connected.round();
    await connected.expectInStep();
    expect(losses(before, await connected.app.read())).toEqual([]);

    await world.admin.remove(id, 'deactivate');
    const answer = await judge(id, 'approve', 'deactivate');
    expect(answer).toMatchObject({ status: 202, body: { leaving: { approved: true } } });
    await expectPurged(id);
    const after = await connected.app.read();
    expect([...after.users.values()].filter((user) => user.active)).toEqual([]);
    expect(after.users.size).toBe(SIZE.users + 1);
    expect(after.groups.size).toBe(SIZE.groups);
    expect(after.memberships).toEqual(before.memberships);
  });

  it('with all it made, goes on after its worker was killed', async () => {
    const connected = await imported('goes');
    const id = connected.connectionId;
    const other = await imported('stays');
    const { users } = await connected.app.counts();
    await world.admin.remove(id, 'delete');
    expect(await world.admin.ask('GET', path(id, 'held'))).toMatchObject({
      body: { counts: { users, groups: SIZE.groups } },
    });
    await world.azure.tableFaults([{ tables: ['directory'], mode: 'hang', seconds: 0.1 }]);
    await judge(id, 'approve', 'delete');
    await world.until(async () => (await connected.app.counts()).users < users);
    await world.azure.killWorker();
    await world.azure.tableFaults([]);
    const left = await connected.app.counts();
    expect(left.users).toBeGreaterThan(0);
    expect((await rowsOf(id)).length).toBeGreaterThan(users);
    await world.azure.startWorker();
    await expectPurged(id);
    const { users: entries, groups, memberships } = await connected.app.read();
    expect([entries.size, groups.size, memberships.size]).toEqual([0, 0, 0]);
    await other.round();
    await other.expectInStep();
  });

  it('with nothing else, leaves the application as it is', async () => {
    const connected = await imported('keeps');
    const id = connected.connectionId;
    const before = await connected.app.read();
    expect(await world.admin.remove(id, 'keep')).toMatchObject({ status: 204 });
    await expectPurged(id);
    expect(await connected.app.read()).toEqual(before);
    await connected.expectInStep();
  });
});
