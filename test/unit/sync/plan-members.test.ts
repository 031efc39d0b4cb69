import { describe, expect, it } from 'vitest';
import type { Item, MemberItem } from '../../../lib/sync/entry.ts';
import { countMemberships, nestedIn, passedIn, rolesIn } from '../../../lib/sync/plan-members.ts';

const member = (id: string, removed = false): MemberItem => ({
  id,
  kind: id.startsWith('g') ? 'group' : 'user',
  removed,
});
const group = (id: string, ...members: readonly MemberItem[]): Item => ({
  kind: 'group',
  id,
  properties: {},
  members: [...members],
});

const PAGE: readonly Item[] = [
  group('g1', member('u1'), member('u2'), member('g2')),
  // Another slice of the same group, and one that repeats.
  group('g1', member('u3'), member('u1'), member('u4', true)),
  group('g2', member('u1'), member('g3', true)),
  { kind: 'group', id: 'g4', properties: {} },
];

describe('what a page of groups tells', () => {
  it('of groups in groups', () => {
    expect(nestedIn(PAGE)).toEqual([{ holder: 'g1', member: 'g2' }]);
  });

  it('of the roles of their members', () => {
    const roles = rolesIn(PAGE, [new Set(['g1']), new Set(['g2', 'g9']), new Set(['g1', 'g2'])]);
    expect(Object.fromEntries(roles)).toEqual({ u1: [0, 2, 1], u2: [0, 2], u3: [0, 2] });
    expect(rolesIn(PAGE, []).size).toBe(0);
  });

  it('of memberships that nested groups pass on', () => {
    const pairs = passedIn(PAGE, new Map([['g2', ['g1', 'g9']]]));
    const told = pairs.map(({ holder, member, isDirect }) => `${holder} ${member} ${isDirect}`);
    expect(told.sort()).toEqual([
      'g1 g2 true',
      'g1 u1 true',
      'g1 u2 true',
      'g1 u3 true',
      'g9 u1 false',
    ]);
    expect(passedIn(PAGE, new Map())).toEqual([]);
  });

  it('of memberships, each once', () => {
    expect(countMemberships(PAGE)).toBe(5);
    expect(countMemberships([])).toBe(0);
  });
});
