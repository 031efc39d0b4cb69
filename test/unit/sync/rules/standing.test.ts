import { describe, expect, it } from 'vitest';
import type { Properties } from '../../../../lib/sync/entry.ts';
import { compileRules } from '../../../../lib/sync/rules/compile.ts';
import { ruleSettingsSchema } from '../../../../lib/sync/rules/settings.ts';
import { standingOf } from '../../../../lib/sync/rules/standing.ts';

const id = (n: number) => `00000000-0000-4000-8000-00000000000${n}`;
const some = (...numbers: number[]) => numbers.map((n) => ({ id: id(n) }));
const CHOSEN = { scope: 'chosen', groups: some(1), users: some(9) } as const;

const rules = (settings: object) => compileRules(ruleSettingsSchema.parse(settings));

function user(
  settings: object,
  { roles = [], is = 8, ...properties }: Properties & { roles?: string[]; is?: number },
  entitlements: readonly object[] = [],
) {
  const object = { kind: 'user' as const, id: id(is), properties };
  return standingOf(object, rules({ users: settings, entitlements }), new Set(roles));
}

describe('a user', () => {
  it.each<[string, object, Parameters<typeof user>[1], string, string | null]>([
    ['of nobody special takes part', {}, {}, 'in', null],
    ['without a type is a member', {}, { userType: null }, 'in', null],
    ['who is a guest does not, unless asked for', {}, { userType: 'Guest' }, 'out', 'users.types'],
    ['who is a guest, where both do', { types: 'both' }, { userType: 'guest' }, 'in', null],
    ['who is a member, where guests do', { types: 'guests' }, {}, 'out', 'users.types'],
    ['in a chosen group', CHOSEN, { roles: ['scope'] }, 'in', null],
    ['in no chosen group', CHOSEN, {}, 'out', 'users.scope'],
    ['chosen by id', CHOSEN, { is: 9 }, 'in', null],
    ['of a domain', { domains: ['c.example'] }, { userPrincipalName: 'a@C.example' }, 'in', null],
    [
      'of another domain',
      { domains: ['*.c.example'] },
      { userPrincipalName: 'a@c.example' },
      'out',
      'users.domains',
    ],
    [
      'of a domain by mail, who has none',
      { domains: ['c.example'], domainOf: 'mail' },
      { userPrincipalName: 'a@c.example', mail: null },
      'out',
      'users.domains',
    ],
    ['disabled', {}, { accountEnabled: false }, 'in', null],
    [
      'disabled, where only enabled ones do',
      { accounts: 'enabled' },
      { accountEnabled: false },
      'out',
      'users.accounts',
    ],
    ['allowed', { allow: some(2) }, { roles: ['allow'] }, 'in', null],
    ['not allowed', { allow: some(2) }, {}, 'inactive', 'users.allow'],
    [
      'allowed and denied',
      { allow: some(2), deny: some(3) },
      { roles: ['allow', 'deny'] },
      'inactive',
      'users.deny',
    ],
    [
      'denied, where such are left out',
      { deny: some(3), refused: 'left-out' },
      { roles: ['deny'] },
      'out',
      'users.deny',
    ],
    [
      'allowed, and not in the scope',
      { ...CHOSEN, allow: some(2) },
      { roles: ['allow'] },
      'out',
      'users.scope',
    ],
  ])('%s', (_, settings, given, is, rule) => {
    expect(user(settings, given)).toMatchObject({ is, rule });
  });

  it('is entitled in the base scope only, also while inactive', () => {
    const entitlements = [
      { value: 'pro', groups: some(4) },
      { value: 'basic', groups: some(5) },
    ];
    const roles = ['entitlement:pro', 'entitlement:basic'];
    expect(user({}, { roles }, entitlements).entitlements).toEqual(['basic', 'pro']);
    expect(user(CHOSEN, { roles }, entitlements).entitlements).toEqual([]);
    const denied = { deny: some(3) };
    expect(user(denied, { roles: [...roles, 'deny'] }, entitlements)).toMatchObject({
      is: 'inactive',
      entitlements: ['basic', 'pro'],
    });
  });
});

describe('a group', () => {
  const group = (settings: object, { is = 8, ...properties }: Properties & { is?: number }) =>
    standingOf(
      { kind: 'group', id: id(is), properties },
      rules({ groups: settings, users: { deny: some(3) } }),
      new Set(),
    );
  const mail = 'g@c.example';

  it.each<[string, object, Properties & { is?: number }, string, string | null]>([
    ['with an address', {}, { mail }, 'in', null],
    ['without an address', {}, { mail: null }, 'out', 'groups.withoutMail'],
    ['without an address, on request', { withoutMail: true }, {}, 'in', null],
    ['without an address by which rules go', {}, { is: 3 }, 'in', null],
    ['where none are wanted', { scope: 'none' }, { mail }, 'out', 'groups.scope'],
    [
      'of the policies, where none are wanted',
      { scope: 'none', policy: some(6) },
      { is: 6 },
      'in',
      'groups.policy',
    ],
    ['by id', { scope: 'chosen', ids: [id(7)] }, { is: 7, mail }, 'in', null],
    [
      'by its name',
      { scope: 'chosen', names: ['Sales'] },
      { displayName: 'SALES ', mail },
      'in',
      null,
    ],
    [
      'by a longer name',
      { scope: 'chosen', names: ['Sales'] },
      { displayName: 'Sales EU', mail },
      'out',
      'groups.scope',
    ],
    [
      'by a prefix',
      { scope: 'chosen', prefixes: ['app-'] },
      { displayName: 'APP-1', mail },
      'in',
      null,
    ],
    [
      'by no prefix',
      { scope: 'chosen', prefixes: ['app-'] },
      { displayName: 'x app-1', mail },
      'out',
      'groups.scope',
    ],
    [
      'without a name',
      { scope: 'chosen', prefixes: ['app-'] },
      { displayName: null, mail },
      'out',
      'groups.scope',
    ],
  ])('%s', (_, settings, given, is, rule) => {
    expect(group(settings, given)).toMatchObject({ is, rule });
  });
});
