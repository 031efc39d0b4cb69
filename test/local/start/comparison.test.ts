import { describe, expect, it } from 'vitest';
import { compareSides } from '../../../local/start/compare/compare-sides.ts';
import { describeDifference } from '../../../local/start/compare/difference.ts';
import { valueHash } from '../../../local/start/compare/value-hash.ts';
import { type AppEntry, appIdOf, type TwoSides, twoSides } from './two-sides.ts';

const IN_STEP = { users: 3, groups: 2, memberships: 4 };

/** What is found after a change. */
async function changed(change: (sides: TwoSides) => void) {
  const both = twoSides();
  change(both);
  const comparison = await compareSides(both.sides());
  expect(comparison.differences).toBe(comparison.first.length);
  return { ...comparison, found: comparison.first.map(describeDifference) };
}

function entry({ entries }: TwoSides, entraId: string): AppEntry {
  const found = entries.find(({ externalId }) => externalId === entraId);
  if (!found) throw new Error(`no entry for ${entraId}`);
  return found;
}

function object({ tenant }: TwoSides, id: string): TwoSides['tenant'][number] {
  const found = tenant.find((one) => one.id === id);
  if (!found) throw new Error(`no object ${id}`);
  return found;
}

function without<T>(some: T[], isGone: (one: T) => boolean): void {
  some.splice(0, some.length, ...some.filter((one) => !isGone(one)));
}

describe('a comparison', () => {
  it('finds nothing where both sides agree, and leaves devices out', async () => {
    const { found, entra, app } = await changed(() => {});
    expect(found).toEqual([]);
    expect(entra).toEqual(IN_STEP);
    expect(app).toEqual(IN_STEP);
  });

  it('finds nothing in two empty directories', async () => {
    const { found, entra } = await changed(({ tenant, entries, memberships }) => {
      for (const side of [tenant, entries, memberships]) side.length = 0;
    });
    expect(found).toEqual([]);
    expect(entra).toEqual({ users: 0, groups: 0, memberships: 0 });
  });

  it('finds a missing user with its memberships', async () => {
    const { found, app } = await changed((both) => {
      without(both.entries, ({ externalId }) => externalId === 'u2');
      without(both.memberships, ({ memberId }) => memberId === appIdOf('u2'));
    });
    expect(found).toEqual([
      'user u2 is missing in the application',
      'u2 is not a member of g1 in the application',
    ]);
    expect(app).toEqual({ users: 2, groups: 2, memberships: 3 });
  });

  it('finds a missing group', async () => {
    const { found } = await changed((both) => {
      without(both.entries, ({ externalId }) => externalId === 'g2');
      without(both.memberships, (pair) => Object.values(pair).includes(appIdOf('g2')));
    });
    expect(found).toContain('group g2 is missing in the application');
  });

  it('finds entries without a counterpart: unknown, unlinked, doubled, of the wrong kind', async () => {
    const { found, app } = await changed((both) => {
      const [first] = both.entries;
      if (!first) return;
      const { externalId: _, ...unlinked } = first;
      both.entries.push({ ...first, id: 'a1', externalId: 'u9' });
      both.entries.push({ ...unlinked, id: 'a2' });
      both.entries.push({ ...first, id: 'a3' });
      both.entries.push({ ...first, id: 'a4', kind: 'group' });
    });
    expect(found).toEqual(
      ['user a1', 'user a2', 'user a3', 'group a4'].map(
        (name) => `${name} of the application has no counterpart in Entra`,
      ),
    );
    expect(app).toEqual({ users: 6, groups: 3, memberships: 4 });
  });

  it('finds an attribute that differs, is missing, or should be empty', async () => {
    const { found } = await changed((both) => {
      const [one, two, three] = ['u1', 'u2', 'g1'].map((id) => entry(both, id));
      if (one) one.attributes = { ...one.attributes, displayName: 'person 1' };
      if (two) two.attributes = { ...two.attributes, title: 'Captain' };
      if (three) three.attributes = {};
    });
    expect(found).toEqual([
      'user u1 differs in displayName',
      'user u2 differs in title',
      'group g1 differs in displayName',
    ]);
  });

  it('lets the application have attributes of its own, and spaces around a value', async () => {
    const { found } = await changed((both) => {
      const one = entry(both, 'u1');
      one.attributes = { ...one.attributes, nickName: 'Uno', displayName: ' Person 1 ' };
    });
    expect(found).toEqual([]);
  });

  it('finds a user that is active on one side only', async () => {
    const { found } = await changed((both) => {
      entry(both, 'u1').active = false;
      entry(both, 'u3').active = true;
    });
    expect(found).toEqual([
      'user u1 is active on one side only',
      'user u3 is active on one side only',
    ]);
  });

  it('finds a manager that is another, is missing, or should not be there', async () => {
    const { found } = await changed((both) => {
      entry(both, 'u1').managerId = appIdOf('u3');
      entry(both, 'u2').managerId = appIdOf('u3');
      delete entry(both, 'u3').managerId;
    });
    expect(found.toSorted()).toEqual(
      ['u1', 'u2', 'u3'].map((id) => `user ${id} has another manager in the application`),
    );
  });

  it('finds memberships that are missing, surplus, doubled, or of nobody', async () => {
    const { found, entra, app } = await changed(({ memberships }) => {
      without(memberships, ({ memberId }) => memberId === appIdOf('g2'));
      memberships.push({ groupId: appIdOf('g2'), memberId: appIdOf('u1') });
      memberships.push({ groupId: appIdOf('g1'), memberId: appIdOf('u1') });
      memberships.push({ groupId: appIdOf('g1'), memberId: 'a9' });
    });
    expect(found).toEqual([
      'u1 is a member of g2 in the application only',
      'u1 is a member of g1 in the application only',
      'application id a9 is a member of g1 in the application only',
      'g2 is not a member of g1 in the application',
    ]);
    expect(entra.memberships).toBe(4);
    expect(app.memberships).toBe(6);
  });

  it('lets a soft-deleted user stay, inactive, with what it had', async () => {
    const retire = (isActive: boolean) => (both: TwoSides) => {
      without(both.tenant, ({ id }) => id === 'u1');
      for (const { members } of both.tenant) without(members, ({ id }) => id === 'u1');
      both.softDeleted.add('u1');
      entry(both, 'u1').active = isActive;
      both.tenant.splice(
        0,
        2,
        ...both.tenant.slice(0, 2).map((one) => ({ ...one, manager: null })),
      );
    };
    const { found, entra, app } = await changed(retire(false));
    expect(found).toEqual([]);
    expect(entra).toEqual({ users: 2, groups: 2, memberships: 3 });
    expect(app).toEqual(entra);
    const stillActive = await changed(retire(true));
    expect(stillActive.found).toContain(
      'user app-u1 of the application has no counterpart in Entra',
    );
  });

  it('does not take an inactive user for a deleted one', async () => {
    const { found } = await changed((both) => {
      without(both.tenant, ({ id }) => id === 'u3');
      for (const { members } of both.tenant) without(members, ({ id }) => id === 'u3');
    });
    expect(found).toContain('user app-u3 of the application has no counterpart in Entra');
  });

  it('counts all differences and keeps twenty', async () => {
    const both = twoSides();
    both.entries.push(
      ...Array.from({ length: 30 }, (_, at) => ({ ...entry(both, 'u1'), id: `a${at}` })),
    );
    const { differences, first } = await compareSides(both.sides());
    expect(differences).toBe(30);
    expect(first).toHaveLength(20);
  });

  it('does not take a membership of a deleted member for one that is wanted', async () => {
    const { found, entra } = await changed((both) => {
      object(both, 'g1').members.push({ id: 'gone', kind: 'user' });
    });
    expect(found).toEqual([]);
    expect(entra.memberships).toBe(4);
  });
});

describe('the hash of a value', () => {
  it('is the same for what counts as the same', () => {
    expect(valueHash('a')).toBe(valueHash(' a '));
    expect(valueHash('é')).toBe(valueHash('e\u0301'));
    expect(valueHash(['b', 'a', 'a'])).toBe(valueHash(['a', 'b']));
    expect(valueHash([])).toBe(valueHash(undefined));
  });

  it('is another for another value', () => {
    const values = ['a', 'A', 'b', 'true', true, false, ['a'], ['a', 'b'], 'a,b', undefined];
    expect(new Set(values.map(valueHash)).size).toBe(values.length);
  });
});
