import { describe, expect, it } from 'vitest';
import { authorizationOf, DECLINED, type Proof } from '../../../lib/sync/authorization.ts';
import { missingForNotifications, missingPermissions } from '../../../lib/sync/permissions.ts';
import { ruleSettingsSchema } from '../../../lib/sync/rules/settings.ts';

const rules = (users: object = {}, groups: object = {}) =>
  ruleSettingsSchema.parse({ users, groups });
const OFF = rules();
const BOTH = rules({ export: true }, { export: true });

describe('permissions that lack', () => {
  it.each([
    ['users', OFF, [], ['User.Read.All']],
    ['users', OFF, ['User.Read.All'], []],
    ['users', OFF, ['Directory.Read.All'], []],
    ['users', OFF, ['User.ReadBasic.All'], ['User.Read.All']],
    ['groups', OFF, ['GroupMember.Read.All'], []],
    ['groups', OFF, ['User.Read.All'], ['Group.Read.All']],
    ['domains', OFF, ['User.Read.All'], []],
    ['export', OFF, [], []],
    ['export', BOTH, ['User.Read.All'], ['User.ReadWrite.All', 'Group.ReadWrite.All']],
    ['export', BOTH, ['Directory.ReadWrite.All'], []],
    ['export', rules({ export: true }), ['User.ReadWrite.All'], []],
  ] as const)('for %s', (part, switches, granted, missing) => {
    expect(missingPermissions(part, switches, granted)).toEqual(missing);
  });

  it('for notifications, which no permission to write stands in for', () => {
    expect(missingForNotifications(['User.ReadWrite.All', 'Group.Read.All'])).toEqual([
      'User.Read.All',
    ]);
  });
});

const PROOF: Proof = {
  at: '2026-01-01T00:00:00.000Z',
  by: 'ada@example.com',
  how: 'consent',
  clientId: null,
  permissions: ['User.Read.All'],
  failure: null,
};

describe('a part', () => {
  it('is authorized by whom and when', () => {
    expect(authorizationOf('users', PROOF, OFF)).toEqual({
      status: 'authorized',
      at: PROOF.at,
      by: PROOF.by,
      how: 'consent',
      permissions: ['User.Read.All'],
      missing: [],
    });
  });

  it('that was never looked at says how to', () => {
    expect(authorizationOf('users', undefined, OFF)).toMatchObject({
      status: 'unknown',
      next: expect.stringContaining('authorize'),
    });
  });

  it('turns incomplete when a switch needs more', () => {
    expect(authorizationOf('export', PROOF, OFF)).toMatchObject({ status: 'authorized' });
    expect(authorizationOf('export', PROOF, BOTH)).toMatchObject({
      status: 'incomplete',
      missing: ['User.ReadWrite.All', 'Group.ReadWrite.All'],
      next: expect.stringContaining('User.ReadWrite.All, Group.ReadWrite.All'),
    });
  });

  it.each([
    [{ code: DECLINED, message: 'no' }, 'declined', /ask an administrator/],
    [{ code: 'credential-refused', message: 'AADSTS7000222' }, 'refused', /expired/],
    [{ code: 'access-denied', message: 'Graph answered 403' }, 'refused', /grant Group.Read.All/],
    [{ code: 'unavailable', message: 'no answer' }, 'refused', /tried again/],
  ])('that failed says why, and what to do', (failure, status, next) => {
    expect(authorizationOf('groups', { ...PROOF, failure }, OFF)).toMatchObject({
      status,
      why: failure.message,
      next: expect.stringMatching(next),
    });
  });
});
