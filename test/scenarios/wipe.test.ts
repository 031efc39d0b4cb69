import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { losses } from './losses.ts';
import { startWorld, type World } from './world.ts';

const USERS = 5_600;
const LOST = 5_000;
const PATIENCE_SECONDS = 90;
const AT_ONCE = 20;

let world: World;

beforeAll(async () => {
  world = await startWorld({ users: USERS, groups: 2, memberships: 10, empty: true });
});
afterAll(() => world?.stop());

async function deleteAll(ids: readonly string[]): Promise<void> {
  const left = [...ids];
  const work = async () => {
    for (let id = left.pop(); id !== undefined; id = left.pop()) await world.tenant.deleteUser(id);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
}

describe('5,000 users that are removed in one go', {
  timeout: 2 * PATIENCE_SECONDS * 1_000,
}, () => {
  it('stay until an administrator has decided, and new ones come', async () => {
    await world.switchSync(true);
    expect(await world.runEnded(PATIENCE_SECONDS)).toMatchObject({ state: 'completed' });
    const before = await world.app.read();
    const users = (await world.tenant.dump()).filter(({ kind }) => kind === 'user');
    await deleteAll(users.slice(0, LOST).map(({ id }) => id));
    const { id: comer } = await world.tenant.createUser({ displayName: 'Comes All The Same' });
    const { runId } = await world.admin.syncNow(world.connectionId);
    const run = await world.ended(runId, PATIENCE_SECONDS);
    expect(run).toMatchObject({
      state: 'completed',
      counters: { users: { read: LOST + 1, created: 1, deactivated: 0, deleted: 0 } },
    });
    const after = await world.app.read();
    expect(losses(before, after)).toEqual([]);
    expect(after.users.get(comer)?.active).toBe(true);
    const { held, inStep } = await world.status();
    expect(held).toEqual({ users: LOST, groups: 0, memberships: 0, attributes: 0 });
    expect(inStep.users).toBe(USERS + 1);
  });
});
