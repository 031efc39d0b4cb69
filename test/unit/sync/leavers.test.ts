import { describe, expect, it } from 'vitest';
import { newLink } from '../../../lib/sync/fold.ts';
import type { Link } from '../../../lib/sync/link.ts';
import { reconcile } from '../../../lib/sync/reconcile.ts';
import { compileRules } from '../../../lib/sync/rules/compile.ts';
import { ruleSettingsSchema } from '../../../lib/sync/rules/settings.ts';
import type { Standing } from '../../../lib/sync/rules/standing.ts';

const properties = { userPrincipalName: 'ada@c.example' };
const half = { active: true, attributes: { userName: 'ada@c.example' } };
const OUT: Standing = { is: 'out', rule: 'users.scope', entitlements: [] };
const IN: Standing = { is: 'in', rule: null, entitlements: [] };

function decided(users: object, more: Partial<Link> = {}, standing = OUT, now = 0) {
  const settings = { aliases: null, missingNames: 'leave-empty', ...users };
  const rules = compileRules(ruleSettingsSchema.parse({ users: settings }));
  const link: Link = {
    ...newLink('user', 'e1', 'r'),
    appId: 'a1',
    state: 'linked',
    seen: { properties },
    agreed: { entra: half, app: half },
    ...more,
  };
  return reconcile(link, rules, standing, { context: { now, random: () => 0 } });
}
const gone = (removed: 'changed' | 'deleted') => ({ seen: { properties, removed } });
const resting = { state: 'removed' } as const;

describe('who leaves the scope', () => {
  it.each<[string, object, Partial<Link>, object]>([
    ['is deactivated', {}, {}, { do: 'remove', how: 'deactivate', why: { left: 'users.scope' } }],
    ['once', {}, resting, { do: 'nothing' }],
    ['is deleted', { leaving: 'delete' }, {}, { do: 'remove', how: 'delete' }],
    ['is kept', { leaving: 'keep' }, {}, { do: 'nothing' }],
    ['was never there', {}, { appId: null, state: 'unlinked', agreed: null }, { do: 'nothing' }],
    ['stays, as an administrator decided', {}, { kept: true }, { do: 'nothing' }],
  ])('%s', (_, users, link, decision) => {
    expect(decided(users, link)).toMatchObject(decision);
  });

  it('and comes back is compared, and loses what was decided', () => {
    expect(decided({}, resting, IN)).toMatchObject({ do: 'compare', appId: 'a1' });
    expect(decided({}, { kept: true }, IN)).toMatchObject({ do: 'compare' });
    expect(decided({}, {}, IN)).toEqual({ do: 'nothing' });
  });
});

describe('who is deleted', () => {
  it.each<[string, object, Partial<Link>, object]>([
    ['softly is deactivated', {}, gone('changed'), { how: 'deactivate', why: { gone: 'changed' } }],
    [
      'softly is deleted, if so wished',
      { softDeleted: 'delete' },
      gone('changed'),
      { how: 'delete' },
    ],
    ['softly is kept, if so wished', { softDeleted: 'keep' }, gone('changed'), { do: 'nothing' }],
    ['for good is deleted', {}, gone('deleted'), { how: 'delete', why: { gone: 'deleted' } }],
    [
      'for good is deleted, deactivated before',
      {},
      { ...gone('deleted'), ...resting },
      { how: 'delete' },
    ],
    [
      'for good is deactivated, if so wished',
      { deleted: 'deactivate' },
      gone('deleted'),
      { how: 'deactivate' },
    ],
    ['for good is kept, if so wished', { deleted: 'keep' }, gone('deleted'), { do: 'nothing' }],
    [
      'and never to be is deactivated',
      { neverDelete: ['ADA@*'] },
      gone('deleted'),
      { how: 'deactivate' },
    ],
    [
      'and never to be rests',
      { neverDelete: ['ada@*'] },
      { ...gone('deleted'), ...resting },
      { do: 'nothing' },
    ],
    [
      'and never to be by the application’s name',
      { neverDelete: ['boss'] },
      {
        ...gone('deleted'),
        agreed: { entra: half, app: { ...half, attributes: { userName: 'Boss' } } },
      },
      { how: 'deactivate' },
    ],
  ])('%s', (_, users, link, decision) => {
    expect(decided(users, link)).toMatchObject(decision);
  });
});

describe('days of grace', () => {
  const DAY = 86_400_000;
  it.each<[string, Partial<Link>, number, object]>([
    ['begin with an inactive entry', gone('deleted'), 0, { how: 'deactivate', graceDays: 7 }],
    ['go on', { ...gone('deleted'), ...resting, graceUntil: 7 * DAY }, 6 * DAY, { do: 'nothing' }],
    [
      'end with its removal',
      { ...gone('deleted'), ...resting, graceUntil: 7 * DAY },
      7 * DAY,
      { how: 'delete' },
    ],
    [
      'are over for who rests long enough',
      { ...gone('deleted'), ...resting },
      0,
      { how: 'delete' },
    ],
  ])('%s', (_, link, now, decision) => {
    expect(decided({ graceDays: 7 }, link, IN, now)).toMatchObject(decision);
  });
});
