import { describe, expect, it } from 'vitest';
import type { Properties } from '../../../../lib/sync/entry.ts';
import { type GroupFacts, scopeStep } from '../../../../lib/sync/explain/scope-step.ts';
import { standingOf } from '../../../../lib/sync/rules/standing.ts';
import { groupId, rules } from './given.ts';

const [team, crew, denied, pros] = [1, 2, 3, 4].map(groupId);
const ADA = { userPrincipalName: 'ada@eu.contoso.example', userType: 'Member' };
const id = groupId(99);

/** The step of a user with these properties, who is in these groups by their role. */
function user(
  settings: object,
  roles: Readonly<Record<string, readonly string[]>> | null,
  { properties = ADA, ...facts }: Partial<GroupFacts> & { properties?: Properties } = {},
) {
  const compiled = rules(settings);
  const given = new Set(Object.keys(roles ?? {}));
  const standing = standingOf({ kind: 'user', id, properties }, compiled, given);
  const through = (role: string) => roles?.[role] ?? [];
  const known = { through, isKnown: true, asOf: '2026-01-01T00:00:00.000Z', names: new Map() };
  const groups = roles === null ? null : { ...known, ...facts };
  return scopeStep({ kind: 'user', id }, { rules: compiled, standing, unseated: [] }, groups);
}

function group(settings: object, properties: Properties) {
  const compiled = rules({ groups: settings });
  const standing = standingOf({ kind: 'group', id, properties }, compiled, new Set());
  return scopeStep({ kind: 'group', id }, { rules: compiled, standing, unseated: [] }, null);
}

describe('the scope of a user', () => {
  const chosen = { scope: 'chosen', groups: [{ id: team, name: 'Team' }] };
  const scoped = { users: chosen };

  it('needs no rule where everybody takes part', () => {
    expect(user({}, null)).toEqual({
      step: 'scope',
      ok: true,
      is: 'in',
      rule: null,
      detail: 'it takes part',
    });
  });

  it.each([
    ['a type', { users: {} }, { userType: 'Guest' }, 'users.types', 'members'],
    [
      'domains',
      { users: { domains: ['b.example', 'a.example'] } },
      ADA,
      'users.domains',
      ['b.example', 'a.example'],
    ],
    [
      'accounts',
      { users: { accounts: 'enabled' } },
      { accountEnabled: false },
      'users.accounts',
      'enabled',
    ],
  ])('names %s that leaves it out, with what is set', (_, settings, properties, rule, setting) => {
    const step = user(settings, null, { properties });
    expect(step).toMatchObject({ ok: false, is: 'out', rule, setting });
    expect(step.detail).toBe(`${rule} leaves it out`);
  });

  it('names the groups through which it takes part', () => {
    const names = new Map([[crew ?? '', 'Crew']]);
    expect(user(scoped, { scope: [crew ?? ''] }, { names })).toMatchObject({
      ok: true,
      rule: 'users.groups',
      groups: [{ setting: 'users.groups', id: crew, name: 'Crew', isMember: true }],
      groupsKnown: true,
      groupsAsOf: '2026-01-01T00:00:00.000Z',
    });
  });

  it('names the groups that it would have to be in', () => {
    expect(user(scoped, {})).toMatchObject({
      ok: false,
      rule: 'users.scope',
      setting: 'chosen',
      groups: [{ setting: 'users.groups', id: team, name: 'Team', isMember: false }],
    });
    const allow = Array.from({ length: 30 }, (_, at) => ({ id: groupId(at) }));
    const step = user({ users: { allow } }, {});
    expect(step).toMatchObject({ ok: false, is: 'inactive', rule: 'users.allow' });
    expect(step.groups).toHaveLength(20);
  });

  it('says so where it was chosen itself', () => {
    expect(user({ users: { ...chosen, users: [{ id }] } }, {})).toMatchObject({
      ok: true,
      rule: 'users.users',
      groups: [],
    });
  });

  it('names the group that denies it', () => {
    const deny = [{ id: denied, name: 'Denied' }];
    expect(user({ users: { deny } }, { deny: [denied ?? ''] })).toMatchObject({
      ok: false,
      is: 'inactive',
      rule: 'users.deny',
      groups: [{ setting: 'users.deny', id: denied, name: 'Denied', isMember: true }],
      detail: 'users.deny refuses it: its entry is inactive',
    });
    const out = user({ users: { deny, refused: 'left-out' } }, { deny: [denied ?? ''] });
    expect(out).toMatchObject({ is: 'out', detail: 'users.deny leaves it out' });
  });

  it('tells what groups entitle it to', () => {
    const entitlements = [{ value: 'pro', groups: [{ id: pros }] }];
    expect(user({ entitlements }, { 'entitlement:pro': [pros ?? ''] })).toMatchObject({
      entitlements: ['pro'],
      groups: [{ setting: 'entitlements.0.groups', id: pros, isMember: true }],
    });
  });

  it('says that its groups are not known yet, where they matter', () => {
    const unknown = { isKnown: false, asOf: null };
    const step = user(scoped, {}, unknown);
    expect(step).toMatchObject({ groupsKnown: false, groupsAsOf: null });
    expect(step.detail).toMatch(/^users.scope leaves it out; the sync has not read the groups/);
    const guest = user(scoped, {}, { ...unknown, properties: { userType: 'Guest' } });
    expect(guest.detail).toBe('users.types leaves it out');
  });
});

describe('the scope of a group', () => {
  it.each([
    ['in', {}, { mail: 'a@b.example' }, null],
    ['out', {}, {}, 'groups.withoutMail'],
    ['out', { scope: 'none' }, { mail: 'a@b.example' }, 'groups.scope'],
    [
      'in',
      { scope: 'chosen', names: ['team'] },
      { displayName: 'Team', mail: 'a@b.example' },
      'groups.scope',
    ],
    ['in', { scope: 'none', policy: [{ id }] }, {}, 'groups.policy'],
  ])('is %s by %j', (is, settings, properties, rule) => {
    expect(group(settings, properties)).toMatchObject({ is, rule, ok: is === 'in' });
  });
});
