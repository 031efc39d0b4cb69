import { describe, expect, it } from 'vitest';
import {
  type GuardFacts,
  guard,
  isHarmless,
  NEW_GUARD,
  notePassed,
  passedWithin,
} from '../../../lib/sync/guard.ts';
import { type Losses, NO_LOSSES } from '../../../lib/sync/losses.ts';

const losses = (some: Partial<Losses>): Losses => ({ ...NO_LOSSES, ...some });
const facts = (more: {
  waiting?: Partial<Losses>;
  held?: Partial<Losses>;
  passed?: Partial<Losses>;
  inStep?: Partial<GuardFacts['inStep']>;
}): GuardFacts => ({
  waiting: losses(more.waiting ?? {}),
  held: losses(more.held ?? {}),
  passed: losses(more.passed ?? {}),
  inStep: { users: 10_000, groups: 1_000, memberships: 50_000, entitlements: 0, ...more.inStep },
});

describe('guard', () => {
  it.each([
    ['one leaver of ten thousand', { waiting: { users: 1 } }, []],
    ['five hundred of ten thousand', { waiting: { users: 500 } }, []],
    ['one more', { waiting: { users: 501 } }, ['users']],
    ['thirty of eighty', { waiting: { users: 30 }, inStep: { users: 80 } }, ['users']],
    ['sixteen of eighty, a fifth', { waiting: { users: 16 }, inStep: { users: 80 } }, []],
    ['seventeen of eighty', { waiting: { users: 17 }, inStep: { users: 80 } }, ['users']],
    ['nine of twenty: too few to be a share', { waiting: { users: 9 }, inStep: { users: 20 } }, []],
    ['ten of twenty', { waiting: { users: 10 }, inStep: { users: 20 } }, ['users']],
    ['all five groups', { waiting: { groups: 5 }, inStep: { groups: 5 } }, ['groups']],
    ['all four groups', { waiting: { groups: 4 }, inStep: { groups: 4 } }, []],
    ['five of six groups', { waiting: { groups: 5 }, inStep: { groups: 6 } }, []],
    ['what passed today counts', { waiting: { users: 1 }, passed: { users: 500 } }, ['users']],
    ['what is held counts', { waiting: { users: 1 }, held: { users: 500 } }, ['users']],
    ['what nobody waits for is no matter', { held: { users: 900 }, passed: { users: 900 } }, []],
    [
      'the last ones of all that went today',
      { waiting: { users: 2 }, passed: { users: 4 }, inStep: { users: 2 } },
      ['users'],
    ],
    ['each kind for itself', { waiting: { users: 3, memberships: 501 } }, ['memberships']],
    [
      'a value lost by a fifth of all objects',
      { waiting: { attributes: 30 }, inStep: { users: 90, groups: 10 } },
      ['attributes'],
    ],
  ])('%s', (_, given, held) => {
    expect(guard(facts(given))).toEqual(held);
  });

  it('obeys the thresholds of the connection', () => {
    const settings = { users: { count: 3 }, memberships: { percent: 90 } };
    const given = facts({
      waiting: { users: 4, memberships: 80 },
      inStep: { memberships: 100 },
    });
    expect(guard(given, settings)).toEqual(['users']);
  });

  it('has no setting that lets all of a kind go', () => {
    const settings = { users: { count: 1_000_000, percent: 100, percentFrom: 1_000_000 } };
    expect(guard(facts({ waiting: { users: 80 }, inStep: { users: 80 } }), settings)).toEqual([
      'users',
    ]);
  });
});

describe('isHarmless', () => {
  it('says so only where no rule could trip, whatever there is in all', () => {
    expect(isHarmless(losses({ users: 4, groups: 4, memberships: 4 }))).toBe(true);
    expect(isHarmless(losses({ users: 5 }))).toBe(false);
    expect(isHarmless(losses({ users: 2 }), { users: { count: 1 } })).toBe(false);
    expect(isHarmless(losses({ users: 2 }), { users: { percentFrom: 2 } })).toBe(false);
  });
});

describe('what passed', () => {
  const hour = 3_600_000;

  it('is forgotten after 24 hours', () => {
    const first = notePassed(NEW_GUARD, losses({ users: 3 }), 100 * hour);
    const both = notePassed(first, losses({ users: 4, groups: 1 }), 110 * hour + 5);
    expect(passedWithin(both, 123 * hour)).toEqual(losses({ users: 7, groups: 1 }));
    expect(passedWithin(both, 126 * hour)).toEqual(losses({ users: 4, groups: 1 }));
    expect(passedWithin(both, 140 * hour)).toEqual(NO_LOSSES);
  });

  it('takes one entry an hour', () => {
    let state = NEW_GUARD;
    for (let minute = 0; minute < 24 * 60; minute += 5)
      state = notePassed(state, losses({ users: 1 }), minute * 60_000);
    expect(state.passed.length).toBeLessThanOrEqual(25);
    expect(passedWithin(state, 24 * hour).users).toBe(288);
  });
});
