import { describe, expect, it } from 'vitest';
import type { Entry, Properties } from '../../../../lib/sync/entry.ts';
import { assemble } from '../../../../lib/sync/explain/assemble.ts';
import { listenTo } from '../../../../lib/sync/explain/mapping-step.ts';
import type { Match } from '../../../../lib/sync/explain/match-step.ts';
import type { Agreed, Link } from '../../../../lib/sync/link.ts';
import { reconcile } from '../../../../lib/sync/reconcile.ts';
import { NO_ROLES, standingOf } from '../../../../lib/sync/rules/standing.ts';
import { entry, half, link, rules } from './given.ts';

const ADA = { userPrincipalName: 'ada', jobTitle: 'Countess' };
const SETTINGS = { users: { aliases: null, missingNames: 'leave-empty' } };
const held = half({ userName: 'ada', title: 'Clerk' });
const agreed: Agreed = { entra: held, app: held };
const tied = { appId: 'a1', state: 'linked', agreed } as const;

/** The steps of a user with these properties, by their names. */
function steps(match: Match, more: Partial<Link> = {}, properties: Properties = ADA) {
  const compiled = rules(SETTINGS);
  const known = link({ ...more, seen: { properties } });
  const listener = listenTo('user', compiled);
  const { trace } = listener;
  const standing = standingOf({ kind: 'user', id: 'e1', properties }, compiled, NO_ROLES);
  const context = { now: 0, random: () => 0 };
  const decision = reconcile(known, compiled, standing, { reassert: true, context, trace });
  const fault = decision.do === 'wait' ? decision.detail : null;
  const told = assemble({
    object: { kind: 'user', id: 'e1', name: 'ada' },
    rules: compiled,
    link: known,
    standing,
    groups: null,
    decided: { decision, targets: listener.targets(), fault, unseated: [] },
    match,
    agreed: known.agreed,
    manager: null,
    members: null,
  });
  const order = ['found', 'scope', 'match', 'mapping', 'difference', 'action'];
  expect(told.map(({ step }) => step)).toEqual(order);
  return Object.fromEntries(told.map((one) => [one.step, one]));
}

const linked = (known: Entry | null): Match => ({ is: 'linked', appId: 'a1', entry: known });
const own = entry({ userName: 'ADA', title: 'Queen' });
const title = (from: string | null) => ({ attribute: 'title', from, to: 'Countess' });

describe('the way of a user', () => {
  it.each<[string, Match, Partial<Link>, object[], string]>([
    [
      'nothing',
      { is: 'none' },
      {},
      [{ attribute: 'userName', from: null, to: 'ada' }, title(null)],
      'create',
    ],
    ['its entry', linked(entry(held.attributes)), tied, [title('Clerk')], 'update'],
    [
      'an entry that is in step',
      linked(entry({ userName: 'ada', title: 'Countess' })),
      tied,
      [],
      'none',
    ],
    [
      'an entry that is gone',
      linked(null),
      tied,
      [{ attribute: 'userName', from: null, to: 'ada' }, title(null)],
      'create',
    ],
    [
      'its own work',
      { is: 'own', entry: own },
      {},
      [{ attribute: 'userName', from: 'ADA', to: 'ada' }, title('Queen')],
      'adopt',
    ],
    [
      'an entry to adopt',
      { is: 'existing', entry: own, by: 'userName', adopts: true },
      {},
      [{ attribute: 'userName', from: 'ADA', to: 'ada' }, title('Queen')],
      'adopt',
    ],
    [
      'an entry to leave alone',
      { is: 'existing', entry: own, by: 'userName', adopts: false },
      {},
      [],
      'skip',
    ],
    ['several entries', { is: 'ambiguous', ids: ['a', 'b'], by: 'displayName' }, {}, [], 'wait'],
    ['somebody else’s name', { is: 'taken', entry: own, yields: false }, {}, [], 'wait'],
  ])('to %s', (_, match, more, attributes, action) => {
    expect(steps(match, more)).toMatchObject({
      scope: { ok: true },
      mapping: { ok: true },
      difference: { attributes },
      action: { action },
    });
  });

  it('of whom nothing is known that an entry needs', () => {
    expect(steps({ is: 'none' }, {}, { jobTitle: 'Countess' })).toMatchObject({
      mapping: { ok: false, fault: 'Entra says nothing of userName' },
      difference: { attributes: [] },
      action: { ok: false, action: 'wait' },
    });
  });

  it('who leaves the scope', () => {
    const guest = { ...ADA, userType: 'Guest' };
    expect(steps(linked(entry(held.attributes)), tied, guest)).toMatchObject({
      scope: { ok: false, rule: 'users.types' },
      difference: { attributes: [], active: { from: true, to: false, takesAway: true } },
      action: { ok: true, action: 'deactivate' },
    });
    expect(steps({ is: 'none' }, {}, guest)).toMatchObject({ action: { action: 'none' } });
  });
});
