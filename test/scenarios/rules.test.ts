import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Connected } from './connected.ts';
import { fresh } from './fresh.ts';
import { startWorld, type World } from './world.ts';

let world: World;
let scoped: Connected;
const groups: Record<string, string> = {};

/** Team > Crew > Deck: who is in the last one is in the first. */
beforeAll(async () => {
  world = await startWorld({ users: 12, groups: 2, memberships: 12, empty: true });
  for (const displayName of ['Team', 'Crew', 'Deck', 'Denied', 'Allowed', 'Pros', 'Choir'])
    groups[displayName] = (await world.tenant.createGroup({ displayName })).id;
  await world.tenant.addMembers(group('Team'), [group('Crew')]);
  await world.tenant.addMembers(group('Crew'), [group('Deck')]);
  await join('Team', await newUser('First'));
  scoped = await world.another(fresh('scoped'), {
    users: {
      scope: 'chosen',
      groups: ['Team'],
      deny: ['denied'],
      allow: [group('Allowed'), 'Team'],
      missingNames: 'leave-empty',
    },
    groups: { scope: 'chosen', prefixes: ['cho', 'te'], policy: ['Denied'], withoutMail: true },
    entitlements: [{ value: 'pro', groups: ['Pros'], seats: 2 }],
  });
  await scoped.switchSync(true);
  await scoped.runEnded();
});
afterAll(() => world?.stop());

const group = (name: string) => groups[name] ?? '';
const join = (name: string, ...members: string[]) => world.tenant.addMembers(group(name), members);
const leave = (name: string, member: string) => world.tenant.removeMember(group(name), member);
const newUser = async (displayName: string, values: object = {}) =>
  (await world.tenant.createUser({ displayName, ...values })).id;
const entry = async (id: string, of = scoped) => (await of.app.read()).users.get(id);

/** After a poll, and what follows from it, a user stands like this. */
async function expectUser(
  id: string,
  is: 'active' | 'inactive' | 'absent',
  of = scoped,
): Promise<void> {
  await of.syncNow();
  await world.until(async () => {
    const found = await entry(id, of);
    return is === (found ? (found.active ? 'active' : 'inactive') : 'absent');
  });
}

const entitled = async (id: string) => (await entry(id))?.attributes.entitlements;

describe('who takes part by groups', () => {
  it('is only who is in one, and the groups are tied by their ids', async () => {
    const { users, groups: imported } = await scoped.app.read();
    expect([...users.values()].map(({ attributes }) => attributes.displayName)).toEqual(['First']);
    const names = [...imported.values()].map(({ attributes }) => attributes.displayName);
    expect(new Set(names)).toEqual(new Set(['Choir', 'Denied', 'Team']));
    const { body } = await world.admin.ask('GET', `/manage/connections/${scoped.connectionId}`);
    expect(body).toMatchObject({
      rules: { users: { groups: [{ id: group('Team'), name: 'Team' }], types: 'members' } },
    });
  });

  it('a joiner, with no request of Graph for the user', async () => {
    const user = await newUser('Joiner');
    await scoped.syncNow();
    await join('Team', user);
    await world.tenant.resetStats();
    await expectUser(user, 'active');
    const { byRoute } = await world.tenant.stats();
    expect(Object.keys(byRoute).filter((route) => !route.includes('delta'))).toEqual([]);
    await world.until(async () => {
      const { memberships } = await scoped.app.read();
      return memberships.has(`${group('Team')} ${user}`);
    });
  });

  it('a mover joins another group, and keeps the first', async () => {
    const user = await newUser('Mover');
    await join('Team', user);
    await expectUser(user, 'active');
    await join('Choir', user);
    await scoped.syncNow();
    await world.until(async () => {
      const { memberships } = await scoped.app.read();
      return ['Team', 'Choir'].every((name) => memberships.has(`${group(name)} ${user}`));
    });
  });

  it('a leaver rests, and is back as the same with its memberships', async () => {
    const user = await newUser('Leaver');
    await join('Team', user);
    await join('Choir', user);
    await expectUser(user, 'active');
    const before = await entry(user);
    await leave('Team', user);
    await expectUser(user, 'inactive');
    expect((await scoped.app.read()).memberships).toContain(`${group('Choir')} ${user}`);
    await join('Crew', user);
    await expectUser(user, 'active');
    expect((await entry(user))?.id).toBe(before?.id);
    expect((await scoped.app.read()).memberships).toContain(`${group('Choir')} ${user}`);
  });

  it('a nested join and a nested leave, three deep', async () => {
    const user = await newUser('Deckhand');
    await join('Deck', user);
    await expectUser(user, 'active');
    await leave('Crew', group('Deck'));
    await expectUser(user, 'inactive');
    await join('Crew', group('Deck'));
    await expectUser(user, 'active');
  });

  it('a group that is deleted takes its members out', async () => {
    const { id } = await world.tenant.createGroup({ displayName: 'Passing' });
    groups.Passing = id;
    const user = await newUser('Passenger');
    await join('Passing', user);
    await join('Team', id);
    await expectUser(user, 'active');
    await world.tenant.deleteGroup(id);
    await expectUser(user, 'inactive');
    await world.tenant.restore('group', id);
    await expectUser(user, 'active');
  });

  it('who is denied is inactive, though allowed', async () => {
    const user = await newUser('Doubtful');
    await join('Team', user);
    await join('Allowed', user);
    await join('Denied', user);
    await expectUser(user, 'inactive');
    await leave('Denied', user);
    await expectUser(user, 'active');
  });

  it('a rehire under the same name is somebody else', async () => {
    const userPrincipalName = `${fresh('rehire')}@contoso.example`;
    const first = await newUser('Rehire', { userPrincipalName });
    await join('Team', first);
    await expectUser(first, 'active');
    await world.tenant.deleteUser(first);
    await expectUser(first, 'inactive');
    await world.tenant.purge('user', first);
    const second = await newUser('Rehire', { userPrincipalName });
    await join('Team', second);
    await expectUser(second, 'active');
    await expectUser(first, 'absent');
    expect((await entry(second))?.attributes.userName).toBe(userPrincipalName);
  });
});

describe('an entitlement', () => {
  it('is won and lost with the group, and only in the base scope', async () => {
    const [inside, outside] = [await newUser('Inside'), await newUser('Outside')];
    await join('Team', inside);
    await join('Pros', inside, outside);
    await expectUser(inside, 'active');
    await world.until(async () => (await entitled(inside)) !== undefined);
    expect(await entitled(inside)).toEqual(['pro']);
    expect(await entry(outside)).toBeUndefined();
    await leave('Pros', inside);
    await scoped.syncNow();
    await world.until(async () => (await entitled(inside)) === undefined);
    expect((await entry(inside))?.active).toBe(true);
  });

  it('whose seats are all taken is a failure that shows, until one is free', async () => {
    const users = [await newUser('Seat 1'), await newUser('Seat 2'), await newUser('Seat 3')];
    await join('Team', ...users);
    await join('Pros', ...users);
    await scoped.syncNow();
    const seated = async () => {
      const all = await Promise.all(users.map(entitled));
      return users.filter((_, index) => all[index] !== undefined);
    };
    await world.until(async () => (await seated()).length === 2);
    await world.until(async () => (await scoped.status()).failures === 1);
    const failures = await world.admin.failures(scoped.connectionId);
    expect(failures).toMatchObject([{ reason: 'no-seat', detail: 'all seats are taken: pro' }]);
    const [lucky = ''] = await seated();
    const unlucky = failures[0]?.id ?? '';
    await leave('Pros', lucky);
    await scoped.syncNow();
    await world.until(async () => (await entitled(lucky)) === undefined);
    await world.admin.retry(scoped.connectionId, unlucky);
    await world.until(async () => (await entitled(unlucky)) !== undefined);
    await world.until(async () => (await scoped.status()).failures === 0);
  });
});
