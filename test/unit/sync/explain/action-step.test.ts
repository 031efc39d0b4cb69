import { describe, expect, it } from 'vitest';
import { type ActionFacts, actionStep } from '../../../../lib/sync/explain/action-step.ts';
import { NO_DIFFERENCE } from '../../../../lib/sync/explain/difference-step.ts';
import type { Match } from '../../../../lib/sync/explain/match-step.ts';
import type { Decision } from '../../../../lib/sync/reconcile.ts';
import type { Standing } from '../../../../lib/sync/rules/standing.ts';
import { IMPORTED } from '../some-flows.ts';
import { entry, half, rules } from './given.ts';

const entra = half({});
const create: Decision = { do: 'create', entra, flows: IMPORTED };
const compare: Decision = { do: 'compare', appId: 'a1', entra, flows: IMPORTED };
const remove = (more: object = {}): Decision => ({
  do: 'remove',
  why: { left: 'users.types' },
  appId: 'a1',
  how: 'deactivate',
  ...more,
});
const IN: Standing = { is: 'in', rule: null, entitlements: [] };
const OUT: Standing = { is: 'out', rule: 'users.types', entitlements: [] };
const linked: Match = { is: 'linked', appId: 'a1', entry: entry({}) };
const existing = (adopts: boolean): Match => ({
  is: 'existing',
  entry: entry({}),
  by: 'userName',
  adopts,
});
const changed = {
  ...NO_DIFFERENCE,
  attributes: [{ attribute: 'title', from: null, to: 'Countess' }],
};
const disabled = { ...NO_DIFFERENCE, active: { from: true, to: false } };

const given = (facts: Partial<ActionFacts>): ActionFacts => ({
  decision: create,
  standing: IN,
  match: { is: 'none' },
  difference: NO_DIFFERENCE,
  settings: rules().settings,
  isGuest: false,
  ...facts,
});

describe('the action', () => {
  it.each<[string, Partial<ActionFacts>, RegExp]>([
    ['create', {}, /^the application has no entry of it$/],
    ['create', { match: { is: 'taken', entry: entry({}), yields: true } }, /yields the user name$/],
    ['create', { decision: compare, match: { ...linked, entry: null } }, /is gone from the app/],
    ['update', { decision: compare, match: linked, difference: changed }, /differs/],
    [
      'deactivate',
      { decision: compare, match: linked, difference: disabled },
      /^the account is disabled; the guard/,
    ],
    [
      'deactivate',
      {
        decision: compare,
        match: linked,
        difference: disabled,
        standing: { ...IN, is: 'inactive', rule: 'users.deny' },
      },
      /^users.deny refuses it; the guard/,
    ],
    ['none', { decision: compare, match: linked }, /^the entry holds what it should$/],
    ['none', { decision: { do: 'nothing' }, standing: OUT }, /^it takes no part \(users.types\)$/],
    ['none', { decision: { do: 'nothing' }, standing: OUT, match: linked }, /left as it is$/],
    ['none', { decision: remove({ appId: null }) }, /has no entry/],
    ['adopt', { match: { is: 'own', entry: entry({}) } }, /carries its id already/],
    ['adopt', { match: existing(true) }, /same userName .* users.existing is "adopt"$/],
    ['skip', { match: existing(false) }, /users.existing is "skip"$/],
    ['skip', { match: existing(false), isGuest: true }, /guests adopt no entries$/],
    [
      'wait',
      { match: { is: 'ambiguous', ids: ['a', 'b'], by: 'displayName' } },
      /several .* displayName/,
    ],
    ['wait', { match: { is: 'taken', entry: entry({}), yields: false } }, /holds the user name/],
    ['wait', { decision: { do: 'wait', reason: 'unmapped', detail: 'title: no' } }, /^title: no$/],
    ['deactivate', { decision: remove(), standing: OUT }, /^users.types leaves it out; the guard/],
    ['deactivate', { decision: remove({ graceDays: 3 }) }, /and it is deleted after 3 days/],
    [
      'deactivate',
      { decision: remove(), settings: rules({ users: { leaving: 'delete' } }).settings },
      /users.neverDelete keeps its entry/,
    ],
    ['delete', { decision: remove({ how: 'delete' }) }, /leaves it out/],
  ])('is %s for %j', (action, facts, reason) => {
    const step = actionStep(given(facts));
    expect(step).toMatchObject({ action, ok: action !== 'skip' && action !== 'wait' });
    expect(step.reason).toMatch(reason);
  });
});
