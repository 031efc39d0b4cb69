import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Connected, there } from './connected.ts';
import { fresh } from './fresh.ts';
import { startWorld, type World } from './world.ts';

const SIZE = { users: 60, groups: 8, memberships: 60 };

let world: World;

beforeAll(async () => {
  world = await startWorld({ ...SIZE, pageSize: 5, empty: true });
});
afterAll(() => world?.stop());
afterEach(() => world.tenant.noFaults());

/** Pages that were read of a kind since the last reset. */
const pages = async (kind: string) =>
  (await world.tenant.stats()).byRoute[`GET /${kind}/delta`] ?? 0;

/** Begins an initial import whose pages of users have to wait a little. */
async function beginSlowly(connected: Connected): Promise<string> {
  const fault = { kind: 'throttle', route: 'users/delta', retryAfterSeconds: 0.3 } as const;
  await world.tenant.faults({ ...fault, percent: 50, count: 8 });
  await world.tenant.resetStats();
  await connected.switchSync(true);
  await world.until(async () => (await pages('users')) >= 2);
  return there((await connected.status()).currentRun ?? undefined).id;
}

async function paused(connected: Connected): Promise<void> {
  await connected.switchSync(false);
  await world.until(async () => (await connected.status()).currentRun?.state === 'paused');
}

describe('the switch', () => {
  it('off, stops the reading before its next page; on, goes on from there', async () => {
    const runId = await beginSlowly(world);
    await paused(world);
    const read = await pages('users');
    expect(read).toBeLessThan(SIZE.users / 5);
    const joinable = await world.admin.ask(
      'POST',
      `/manage/connections/${world.connectionId}/sync-now`,
    );
    expect(joinable).toMatchObject({
      status: 409,
      body: { type: 'urn:tandem:error:conflict', status: 409 },
    });
    await world.azure.runTimer('poll-timer');
    expect(await pages('users')).toBe(read);
    expect((await world.status()).currentRun).toMatchObject({ id: runId, state: 'paused' });

    await world.switchSync(true);
    expect(await world.ended(runId)).toMatchObject({ kind: 'initial', state: 'completed' });
    // Every page once: the first of groups and of users with the rest behind it.
    expect(await pages('groups')).toBe(Math.ceil(SIZE.groups / 5));
    expect(await pages('users')).toBeLessThanOrEqual(SIZE.users / 5 + 1);
    await world.expectInStep();
  });

  it('off, leaves what changes for later', async () => {
    await world.switchSync(false);
    const user = await world.tenant.createUser({ displayName: 'Wendy Waits' });
    await world.azure.runTimer('poll-timer');
    const runs = await world.admin.runs(world.connectionId);
    await world.switchSync(true);
    await world.until(async () => (await world.app.read()).users.has(user.id));
    await world.until(async () => (await world.status()).currentRun === null);
    expect(await world.admin.runs(world.connectionId)).toHaveLength(runs.length + 1);
    await world.expectInStep();
  });
});

describe('sync-now', () => {
  it('joins the run that is open', async () => {
    const connected = await world.another(fresh('joined'));
    const runId = await beginSlowly(connected);
    const answers = await Promise.all(
      [1, 2, 3].map(() => world.admin.syncNow(connected.connectionId)),
    );
    expect(answers).toEqual(answers.map(() => ({ runId, joined: true })));
    expect(await connected.ended(runId)).toMatchObject({ state: 'completed' });
    expect(await world.admin.runs(connected.connectionId)).toHaveLength(1);
    await connected.expectInStep();
  });

  it('asked for many times at once, keeps every promise', async () => {
    await world.tenant.createUser({ displayName: 'Penny Promise' });
    const promises = await Promise.all(
      Array.from({ length: 5 }, () => world.admin.syncNow(world.connectionId)),
    );
    const ids = [...new Set(promises.map(({ runId }) => runId))];
    const runs = await Promise.all(ids.map((id) => world.ended(id)));
    expect(runs.every(({ state }) => state === 'completed')).toBe(true);
    await world.expectInStep();
  });
});

describe('a connection that is deleted', () => {
  const TABLES = ['connections', 'checkpoints', 'links', 'runs', 'plans', 'authorizations'];

  /** Names of rows that belong to a connection. */
  async function rowsOf(id: string): Promise<string[]> {
    const names = [...(await world.rows([...TABLES, 'rejected'])).keys()];
    return names.filter((name) => {
      const [table, partition = '', row] = name.split('/');
      return table === 'connections' ? row === id : partition.split(':')[0] === id;
    });
  }

  it('leaves nothing behind but the application’s entries, and may be made again', async () => {
    const id = fresh('again');
    const first = await world.another(id);
    await first.switchSync(true);
    const { id: firstRun } = await first.runEnded();
    expect((await rowsOf(id)).length).toBeGreaterThan(SIZE.users);
    expect(await world.secretNames(`connection-${id}-`)).toHaveLength(1);

    expect(await world.admin.remove(id)).toMatchObject({ status: 204 });
    expect(await world.admin.ask('GET', `/manage/connections/${id}`)).toMatchObject({
      status: 404,
    });
    await world.until(async () => (await rowsOf(id)).length === 0);
    expect(await world.secretNames(`connection-${id}-`)).toEqual([]);
    await world.expectInStep();

    const second = await world.another(id);
    expect(await second.status()).toMatchObject({ enabled: false, lastRun: null, lastSync: null });
    await second.switchSync(true);
    const run = await second.runEnded();
    expect(run).toMatchObject({ kind: 'initial', state: 'completed' });
    expect(run.id).not.toBe(firstRun);
    await second.expectInStep();
  });

  it('in the middle of its import, leaves nothing behind either', async () => {
    const id = fresh('halfway');
    const connected = await world.another(id);
    await beginSlowly(connected);
    await world.admin.remove(id);
    await world.until(async () => (await rowsOf(id)).length === 0);
    await world.tenant.noFaults();
    // Whatever was still in the lanes must not bring rows back.
    await world.until(async () => (await world.waitingMessages()) === 0);
    expect(await rowsOf(id)).toEqual([]);
    const again = await world.another(id);
    await again.switchSync(true);
    await again.runEnded();
    await again.expectInStep();
  });
});
