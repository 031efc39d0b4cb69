import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Connected } from './connected.ts';
import { fresh } from './fresh.ts';
import { startWorld, type World } from './world.ts';

const MEMBERS = 30;

let world: World;
let scoped: Connected;
let team: string;
let members: readonly string[];

beforeAll(async () => {
  world = await startWorld({ users: 10, groups: 2, memberships: 10, empty: true });
  team = (await world.tenant.createGroup({ displayName: 'Whole Team' })).id;
  const users = Array.from({ length: MEMBERS }, (_, n) =>
    world.tenant.createUser({ displayName: `Member ${n}` }),
  );
  members = (await Promise.all(users)).map(({ id }) => id);
  await world.tenant.addMembers(team, members);
  scoped = await world.another(fresh('emptied'), { users: { scope: 'chosen', groups: [team] } });
  await scoped.switchSync(true);
  await scoped.runEnded();
});
afterAll(() => world?.stop());

const active = async () =>
  [...(await scoped.app.read()).users.values()].filter((user) => user.active).length;
const held = async () => (await scoped.status()).held.users;

describe('a scope group that is emptied', () => {
  it('takes nobody out before an administrator has said so', async () => {
    expect(await active()).toBe(MEMBERS);
    for (const member of members) await world.tenant.removeMember(team, member);
    await scoped.syncNow();
    await world.until(async () => (await held()) === MEMBERS);
    expect(await active()).toBe(MEMBERS);
    const [removal] = await world.admin.held(scoped.connectionId).then((page) => page.held);
    expect(removal).toMatchObject({ kind: 'users' });
    expect(JSON.stringify(removal)).toContain('users.scope');
  });

  it('holds nobody who is back, and lets those go who are approved', async () => {
    await world.tenant.addMembers(team, members.slice(0, 20));
    await scoped.syncNow();
    await world.until(async () => (await held()) === MEMBERS - 20);
    const [leaver = ''] = members.slice(20);
    await world.admin.approve(scoped.connectionId, { ids: [leaver] });
    await world.until(async () => (await active()) === MEMBERS - 1);
    expect((await scoped.app.read()).users.get(leaver)?.active).toBe(false);
    await world.admin.approve(scoped.connectionId, {});
    await world.until(async () => (await active()) === 20);
    expect(await held()).toBe(0);
  });
});
