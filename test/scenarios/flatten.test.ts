import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Connected } from './connected.ts';
import { fresh } from './fresh.ts';
import { startWorld, type World } from './world.ts';

/** Direct members of the imported groups, so that a few who leave are few. */
const CREW = 20;
const WIPED = 12;

let world: World;
let flat: Connected;
let hands = 0;
const groups: Record<string, string> = {};

const rules = (nested: 'skip' | 'flatten') => ({
  groups: { scope: 'chosen', prefixes: ['Whole'], nested, withoutMail: true },
});

/** Whole > Left > Deep and Whole > Right > Deep; only Whole is imported. */
beforeAll(async () => {
  world = await startWorld({ users: 4, groups: 1, memberships: 4, empty: true });
  for (const displayName of ['Whole', 'Left', 'Right', 'Deep'])
    groups[displayName] = (await world.tenant.createGroup({ displayName })).id;
  await join('Whole', group('Left'), group('Right'), ...(await crew(CREW)));
  await join('Left', group('Deep'));
  await join('Right', group('Deep'));
  await join('Deep', ...(await crew(2)));
  flat = await world.another(fresh('flat'), rules('flatten'));
  await flat.switchSync(true);
  await flat.runEnded();
});
afterAll(() => world?.stop());

const group = (name: string) => groups[name] ?? '';
const join = (name: string, ...members: string[]) => world.tenant.addMembers(group(name), members);
const leave = (name: string, member: string) => world.tenant.removeMember(group(name), member);
const newUser = async (displayName: string) => (await world.tenant.createUser({ displayName })).id;
const crew = (size: number) => {
  hands += size;
  return Promise.all(Array.from({ length: size }, (_, n) => newUser(`Hand ${hands - n}`)));
};

const membersOf = async (name: string) => {
  const { memberships } = await flat.app.read();
  const own = [...memberships].filter((pair) => pair.startsWith(`${group(name)} `));
  return new Set(own.map((pair) => pair.split(' ')[1]));
};

/**
 * After a poll, and what follows from it, something is so. A poll that finds a run open joins it, and
 * one that only decides reads nothing.
 */
const becomes = (isSo: () => Promise<boolean>) =>
  world.until(async () => {
    await flat.syncNow();
    return isSo();
  });

const expectMember = (user: string, is: boolean) =>
  becomes(async () => (await membersOf('Whole')).has(user) === is);

describe('members of nested groups that are not imported', () => {
  it('are members of the imported group from the first run on', async () => {
    expect([...(await flat.app.read()).groups.keys()]).toEqual([group('Whole')]);
    expect((await membersOf('Whole')).size).toBe(CREW + 2);
  });

  it('join, with no request for the user, and leave, which Entra confirms', async () => {
    const user = await newUser('Joiner');
    await flat.syncNow();
    await join('Deep', user);
    await world.tenant.resetStats();
    await expectMember(user, true);
    const asked = async () => {
      const { byRoute } = await world.tenant.stats();
      return Object.entries(byRoute).filter(([route]) => !route.includes('delta'));
    };
    expect(await asked()).toEqual([]);
    await leave('Deep', user);
    await expectMember(user, false);
    expect((await asked()).length).toBeGreaterThan(0);
  });

  it('stay members while they are in the imported group itself', async () => {
    const user = await newUser('Both');
    await join('Whole', user);
    await join('Left', user);
    await expectMember(user, true);
    await leave('Whole', user);
    const { memberships } = await flat.round();
    expect(memberships).not.toHaveProperty('deleted');
    expect(await membersOf('Whole')).toContain(user);
    await join('Whole', user);
    await leave('Left', user);
    await flat.round();
    expect(await membersOf('Whole')).toContain(user);
    await leave('Whole', user);
    await expectMember(user, false);
  });

  it('stay members until the last group that passes them on has them no more', async () => {
    const user = await newUser('Twice');
    await join('Left', user);
    await join('Right', user);
    await expectMember(user, true);
    await leave('Left', user);
    await flat.round();
    expect(await membersOf('Whole')).toContain(user);
    await leave('Right', user);
    await expectMember(user, false);
  });

  it('leave with a group that is imported itself from now on, and come back with it', async () => {
    const user = await newUser('Mover');
    await join('Left', user);
    await expectMember(user, true);
    await world.tenant.patchGroup(group('Left'), { displayName: 'Whole Left' });
    await expectMember(user, false);
    expect(await membersOf('Left')).toContain(user);
    // Who is in Deep is in Right as well.
    expect((await membersOf('Left')).size).toBe(1 + 2);
    expect((await membersOf('Whole')).size).toBe(CREW + 2 + 1);
    await world.tenant.patchGroup(group('Left'), { displayName: 'Left' });
    await expectMember(user, true);
    await leave('Left', user);
    await expectMember(user, false);
  });

  it('leave with a group that is deleted, and come back with it', async () => {
    const { id } = await world.tenant.createGroup({ displayName: 'Passing' });
    groups.Passing = id;
    const user = await newUser('Passenger');
    await join('Passing', user);
    await join('Right', id);
    await expectMember(user, true);
    await world.tenant.deleteGroup(id);
    await expectMember(user, false);
    await world.tenant.restore('group', id);
    await expectMember(user, true);
  });
});

describe('the setting', () => {
  it('is foreseen, and can be switched off and on', async () => {
    const before = (await membersOf('Whole')).size;
    const skipped = await world.admin.preview(flat.connectionId, rules('skip'));
    const flattened = await world.admin.preview(flat.connectionId, rules('flatten'));
    expect(flattened.memberships - skipped.memberships).toBe(before - CREW);
    await flat.changeRules(rules('skip'));
    await world.until(async () => (await membersOf('Whole')).size === CREW);
    await flat.changeRules(rules('flatten'));
    await world.until(async () => (await membersOf('Whole')).size === before);
    await flat.runEnded();
  });
});

describe('a nested group that is emptied', () => {
  it('takes nobody out before an administrator has said so', async () => {
    const before = (await membersOf('Whole')).size;
    const many = await crew(WIPED);
    await join('Deep', ...many);
    await becomes(async () => (await membersOf('Whole')).size === before + WIPED);
    for (const user of many) await leave('Deep', user);
    await becomes(async () => (await flat.status()).held.memberships === WIPED);
    expect((await membersOf('Whole')).size).toBe(before + WIPED);
    const { held } = await world.admin.held(flat.connectionId);
    expect(held[0]).toMatchObject({ kind: 'memberships', action: 'remove-member' });
    expect(JSON.stringify(held[0])).toContain('no nested group has the member any more');
    await world.admin.approve(flat.connectionId, {});
    await world.until(async () => (await membersOf('Whole')).size === before);
  });
});
