import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { countersOf } from './admin-api.ts';
import { there } from './connected.ts';
import { startWorld, type World } from './world.ts';

/** One more than ten pages of members, in slices of 1,000 a page. */
const MEMBERS = 10_001;
const GROUPS = 300;
const PATIENCE_SECONDS = 100;

let world: World;

beforeAll(async () => {
  world = await startWorld({ users: MEMBERS, groups: 0, memberships: 0, empty: true });
});
afterAll(() => world?.stop());

describe('what is large', () => {
  it(
    'is imported: a group of 10,001 members',
    async () => {
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
      await world.expectInStep();
    },
    PATIENCE_SECONDS * 1_000,
  );

  it('is followed: a user who joins 300 groups and leaves them', async () => {
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

    await world.tenant.deleteUser(user.id);
    await world.round();
    await world.tenant.purge('user', user.id);
    expect(await world.round()).toMatchObject({
      users: { deleted: 1 },
      memberships: { read: GROUPS, deleted: GROUPS },
    });
    await world.expectInStep();
  });

  it('loses one of its many members, and no other', async () => {
    const [group] = (await world.tenant.dump()).filter(({ kind }) => kind === 'group');
    const { id, members } = there(group);
    await world.tenant.removeMember(id, there(members[0]).id);
    expect(await world.round()).toEqual({
      groups: { read: 1 },
      memberships: { read: 1, deleted: 1 },
    });
    await world.expectInStep();
  });
});
