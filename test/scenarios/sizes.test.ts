import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { countersOf } from './admin-api.ts';
import { there } from './connected.ts';
import { startWorld, type World } from './world.ts';

/** One more than ten pages of members; the benchmarks have the large groups. */
const SLICE = 100;
const MEMBERS = 10 * SLICE + 1;
const PATIENCE_SECONDS = 120;

let world: World;

beforeAll(async () => {
  world = await startWorld({
    users: MEMBERS,
    groups: 0,
    memberships: 0,
    memberPageSize: SLICE,
    empty: true,
  });
});
afterAll(() => world?.stop());

describe('a group of more members than pages hold', { timeout: PATIENCE_SECONDS * 1_000 }, () => {
  it('is imported, and loses one of them and no other', async () => {
    const everybody = (await world.tenant.dump()).map(({ id }) => id);
    const { id } = await world.tenant.createGroup({ displayName: 'Everybody' });
    await world.tenant.addMembers(id, everybody);
    await world.switchSync(true);
    const run = await world.runEnded(PATIENCE_SECONDS);
    expect(run).toMatchObject({ kind: 'initial', state: 'completed' });
    expect(countersOf(run)).toMatchObject({
      users: { created: MEMBERS },
      groups: { created: 1 },
      memberships: { read: MEMBERS, created: MEMBERS },
    });
    expect((await world.status()).inStep.memberships).toBe(MEMBERS);

    await world.tenant.removeMember(id, there(everybody[MEMBERS >> 1]));
    expect(await world.round()).toEqual({
      groups: { read: 1 },
      memberships: { read: 1, deleted: 1 },
    });
    await world.expectInStep();
  });
});
