import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { there } from './connected.ts';
import { fresh } from './fresh.ts';
import { squat } from './squatters.ts';
import { startWorld, type World } from './world.ts';

const APPLICATION = ['directory', 'directorymembers'];
/** Of the state store, some tables as a whole and the servers of others. */
const STATE: Parameters<World['azure']['tableFaults']>[0] = [
  { tables: ['checkpoints', 'runs', 'connections'], mode: 'unavailable' },
  { tables: ['links'], mode: 'throttle' },
];
/** Probes come by the clock: the first after a quarter of a minute. */
const PATIENCE_SECONDS = 50;

let world: World;

beforeAll(async () => {
  world = await startWorld({ users: 20, groups: 4, memberships: 30 });
});
afterAll(() => world?.stop());
afterEach(() => world.azure.tableFaults([]));

const id = () => world.connectionId;
const createUsers = (count: number, name: string) =>
  Promise.all(
    Array.from({ length: count }, (_, n) =>
      world.tenant.createUser({ displayName: `${name} ${n}` }),
    ),
  );

async function expectNothingLost(): Promise<void> {
  await world.until(async () => (await world.waitingMessages()) === 0, PATIENCE_SECONDS);
  expect(await world.admin.rejected(id())).toEqual([]);
  expect(await world.admin.failures(id())).toEqual([]);
  await world.expectInStep();
}

describe('an application that is down', () => {
  it('gets everything when it is back', { timeout: 120_000 }, async () => {
    const [changed, leaver, ...others] = await createUsers(6, 'Early');
    const { id: group } = await world.tenant.createGroup({ displayName: 'Waits' });
    await world.tenant.addMembers(group, [there(changed).id, there(leaver).id]);
    await world.round();

    await world.azure.tableFaults([{ tables: APPLICATION, mode: 'unavailable' }]);
    const created = await createUsers(8, 'Late');
    await world.tenant.patchUser(there(changed).id, { city: 'Emden' });
    await world.tenant.deleteUser(there(leaver).id);
    await world.tenant.removeMember(group, there(changed).id);
    await world.tenant.addMembers(group, [there(created[0]).id, there(others[0]).id]);
    const before = Date.now();
    const { runId } = await world.admin.syncNow(id());
    const run = await world.ended(runId, PATIENCE_SECONDS);
    expect(run).toMatchObject({ state: 'completed' });
    // Reading and folding have gone on.
    expect(run.counters).toMatchObject({
      users: { read: 10, created: 0, updated: 0, deactivated: 0 },
      groups: { read: 1 },
      memberships: { read: 3, created: 0, deleted: 0 },
    });

    const { unavailable, failures } = await world.status();
    expect(unavailable).toMatchObject({
      entra: null,
      app: { code: 'unavailable', why: expect.stringMatching(/\w{4}/) },
    });
    const { since, nextProbe } = there(unavailable.app ?? undefined);
    expect(Date.parse(since)).toBeGreaterThanOrEqual(before - 1_000);
    expect(Date.parse(nextProbe)).toBeGreaterThan(Date.parse(since));
    expect(failures).toBe(9);
    const waiting = await world.admin.failures(id(), '?reason=unavailable&size=4');
    expect(new Set(waiting.map((one) => one.id))).toEqual(
      new Set([there(changed).id, ...created.map((user) => user.id)]),
    );

    await world.azure.tableFaults([]);
    await world.until(
      async () => (await world.status()).unavailable.app === null,
      PATIENCE_SECONDS,
    );
    await world.until(async () => (await world.status()).failures === 0, PATIENCE_SECONDS);
    const isOut = async () =>
      (await world.app.read()).users.get(there(leaver).id)?.active === false;
    await world.until(isOut, PATIENCE_SECONDS);
    await expectNothingLost();
  });
});

describe('a state store that is down for some seconds', () => {
  it('costs time, and nothing else', async () => {
    const users = await createUsers(10, 'Patient');
    await world.admin.syncNow(id());
    await world.azure.tableFaults(STATE);
    const path = `/manage/connections/${id()}/status`;
    const refused = await world.admin.ask('GET', path);
    expect(refused).toMatchObject({ status: 503, body: { status: 503 } });
    await sleep(2_000);
    await world.azure.tableFaults([]);
    const isThere = async () => {
      const app = await world.app.read();
      return users.every((user) => app.users.has(user.id));
    };
    await world.until(isThere);
    await world.until(async () => (await world.status()).currentRun === null);
    await expectNothingLost();
  });
});

describe('the list of failures', () => {
  const path = (rest: string) => `/manage/connections/${id()}/failures${rest}`;

  it('says what failed and why, page by page, and takes orders', async () => {
    const mark = fresh('taken');
    const names = Array.from({ length: 7 }, (_, n) => `${mark}.${n}@haldenworks.example`);
    const squatters = await squat(world, world, names);
    const users = await Promise.all(
      names.map((userPrincipalName, n) =>
        world.tenant.createUser({ displayName: `Wants ${n}`, userPrincipalName }),
      ),
    );
    const ids = users.map((user) => user.id);
    await world.syncNow();
    const failures = await world.admin.failures(id());
    expect(new Set(failures.map((one) => one.id))).toEqual(new Set(ids));
    expect(failures[0]).toMatchObject({
      kind: 'user',
      name: expect.stringMatching(/^Wants \d$/),
      appId: null,
      isRemoval: false,
      reason: 'existing',
      attempts: 1,
      nextTry: expect.stringMatching(/T/),
    });
    const paged = await world.admin.failures(id(), '?reason=existing&size=3');
    expect(paged.map((one) => one.id)).toEqual(failures.map((one) => one.id));
    expect(await world.admin.failures(id(), '?reason=refused')).toEqual([]);
    for (const query of ['?reason=held', '?size=0', '?after=x'])
      expect((await world.admin.ask('GET', path(query))).status).toBe(400);
    expect((await world.admin.retry(id(), 'nobody')).status).toBe(404);

    const [retried, dismissed] = [there(ids[0]), there(ids[1])];
    const listed = async () => (await world.admin.failures(id())).map((one) => one.id);
    expect((await world.admin.dismiss(id(), dismissed)).status).toBe(202);
    await world.until(async () => !(await listed()).includes(dismissed));
    expect((await world.admin.dismiss(id(), dismissed)).status).toBe(404);
    await squatters.leave();
    expect((await world.admin.retry(id(), retried)).status).toBe(202);
    const has = async (user: string) => (await world.app.read()).users.has(user);
    await world.until(() => has(retried));
    expect(await has(dismissed)).toBe(false);
    // What was dismissed is tried again when it changes.
    await world.tenant.patchUser(dismissed, { city: 'Hof' });
    await world.round();
    expect(await has(dismissed)).toBe(true);
    for (const user of ids.slice(2)) await world.admin.retry(id(), user);
    // Names that somebody held are no failures: the status does not count them.
    await world.until(async () => (await listed()).length === 0);
    await world.expectInStep();
  });
});
