import { describe, expect, it } from 'vitest';
import { skewedSizes } from '../../../../local/tenant/seed/membership-plan.ts';
import { plainName } from '../../../../local/tenant/seed/names.ts';
import { seedDirectory } from '../../../../local/tenant/seed/seed.ts';
import { directoryUnderTest } from './directory-under-test.ts';

function seeded(size: { users: number; groups: number; memberships: number; seed: number }) {
  const { directory, now } = directoryUnderTest();
  seedDirectory(directory, size, now);
  return directory;
}

describe('a seed', () => {
  it.each([
    { users: 0, groups: 0, memberships: 0, seed: 1 },
    { users: 1, groups: 1, memberships: 1, seed: 1 },
    { users: 7, groups: 40, memberships: 100, seed: 2 },
    { users: 100, groups: 20, memberships: 400, seed: 1 },
    { users: 500, groups: 60, memberships: 300, seed: 5 },
    { users: 2000, groups: 300, memberships: 9000, seed: 3 },
  ])('is met exactly: $users users, $groups groups, $memberships memberships', (size) => {
    const { users, groups, memberships } = size;
    expect(seeded(size).counts()).toMatchObject({ users, groups, memberships });
  });

  it('gives the same tenant again, and another one for another number', () => {
    const size = { users: 60, groups: 20, memberships: 200, seed: 1 };
    const text = (seed: number) =>
      JSON.stringify(
        seeded({ ...size, seed })
          .all('user')
          .map(({ id, state }) => [id, state]),
      );
    expect(text(1)).toBe(text(1));
    expect(text(1)).not.toBe(text(2));
  });

  it('refuses more memberships than there is room for', () => {
    expect(() => seeded({ users: 3, groups: 2, memberships: 7, seed: 1 })).toThrow(RangeError);
  });

  it('holds people of every kind, each with a name of its own', () => {
    const directory = seeded({ users: 1000, groups: 30, memberships: 3000, seed: 1 });
    const people = directory.all('user').map(({ state }) => state.properties);
    const textOf = (value: unknown) => (typeof value === 'string' ? value : '');
    const names = people.map(({ userPrincipalName }) => textOf(userPrincipalName).toLowerCase());
    expect(new Set(names).size).toBe(names.length);
    for (const name of names) expect(name).toMatch(/^[a-z0-9.#_-]+@[a-z0-9.-]+$/);
    expect(people.filter(({ userType }) => userType === 'Guest')).toHaveLength(40);
    const some = (test: (person: (typeof people)[number]) => boolean) => people.filter(test).length;
    expect(some(({ accountEnabled }) => accountEnabled === false)).toBeGreaterThan(10);
    expect(some(({ mail }) => mail === undefined)).toBeGreaterThan(10);
    expect(
      some(({ onPremisesSamAccountName }) => onPremisesSamAccountName !== undefined),
    ).toBeGreaterThan(200);
    expect(some(({ displayName }) => /[À-ž]/.test(textOf(displayName)))).toBeGreaterThan(50);
    expect(some(({ displayName }) => textOf(displayName).includes("'"))).toBeGreaterThan(10);
    expect(some((person) => Object.values(person).includes(null))).toBe(0);
  });

  it('has managers that form one tree', () => {
    const directory = seeded({ users: 400, groups: 1, memberships: 0, seed: 1 });
    const staff = directory
      .all('user')
      .filter(({ state }) => state.properties.employeeId !== undefined);
    const top = staff.filter(({ state }) => state.managerId === undefined);
    expect(top).toHaveLength(1);
    for (const person of staff) {
      let [superior, steps] = [person.state.managerId, 0];
      while (superior !== undefined && steps < 20) {
        superior = directory.get(superior)?.state.managerId;
        steps += 1;
      }
      expect(steps).toBeLessThan(20);
    }
  });

  it('has a group of everyone, a cycle, namesakes and devices', () => {
    const directory = seeded({ users: 200, groups: 40, memberships: 800, seed: 1 });
    const group = (name: string) => directory.find('group', 'displayName', name);
    const everyone = group('All of Haldenworks')[0];
    expect(everyone?.membership?.links).toHaveLength(200);
    const steps = ['North', 'East', 'South'].map((side) => group(`Round table ${side}`)[0]);
    const nexts = steps.map((step) => step?.membership?.links[0]?.member);
    expect(nexts).toEqual([steps[1], steps[2], steps[0]]);
    expect(group('Budget owners - Sales')).toHaveLength(2);
    expect(directory.all('device').length).toBeGreaterThan(0);
    expect(directory.deleted('user').size).toBeGreaterThan(0);
  });
});

describe('sizes of groups', () => {
  it('are skewed and add up', () => {
    const sizes = skewedSizes({ total: 1000, groups: 50, most: 200 });
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(1000);
    expect(sizes[0]).toBeGreaterThan(10 * (sizes[40] ?? 0));
    expect(skewedSizes({ total: 6, groups: 3, most: 2 })).toEqual([2, 2, 2]);
  });
});

describe('plain names', () => {
  it.each([
    ["O'Brien", 'obrien'],
    ['Łukasz', 'lukasz'],
    ['Weiß', 'weiss'],
    ['Østergaard', 'ostergaard'],
    ['Hans-Peter', 'hanspeter'],
  ])('of %s is %s', (name, plain) => {
    expect(plainName(name)).toBe(plain);
  });
});
