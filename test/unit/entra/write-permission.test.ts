import { describe, expect, it } from 'vitest';
import { grantedRoles } from '../../../lib/entra/granted-roles.ts';
import { mayWriteAnything, whatItTakes } from '../../../lib/entra/write-permission.ts';

const token = (claims: unknown) =>
  ['e30', Buffer.from(JSON.stringify(claims)).toString('base64url'), 's'].join('.');
const rolesOf = (text: string) =>
  grantedRoles({ getToken: async () => ({ token: text, expiresOnTimestamp: 1 }) }, 'scope');

describe('the permissions of an application', () => {
  it('stand in its token', async () => {
    const roles = ['User.Read.All', 'Group.ReadWrite.All'];
    expect(await rolesOf(token({ roles }))).toEqual(new Set(roles));
    expect(await rolesOf(token({}))).toEqual(new Set());
  });

  it.each([
    ['an opaque token', 'opaque'],
    ['no JSON', 'a.b.c'],
    ['no object', token(null)],
    ['no list', token({ roles: 'User.Read.All' })],
    ['far too long', token({ roles: ['x'.repeat(100_000)] })],
  ])('are not known where there is %s', async (_, text) => {
    expect(await rolesOf(text)).toBeUndefined();
  });

  it('are not known where there is no token', async () => {
    const credential = { getToken: () => Promise.reject(new Error('none')) };
    expect(await grantedRoles(credential, 'scope')).toBeUndefined();
  });

  it.each([
    [[], false],
    [['User.Read.All', 'User.ReadBasic.All', 'Member.Read.Hidden', 'AuditLog.Read.All'], false],
    [['User.Read.All', 'GroupMember.ReadWrite.All'], true],
    [['User.EnableDisableAccount.All'], true],
    [['User-Phone.ReadWrite.All'], true],
    [['Group.Create'], true],
  ])('%j let something be written: %s', (roles, expected) => {
    expect(mayWriteAnything(new Set(roles))).toBe(expected);
  });
});

describe('what a denied write takes', () => {
  const user = { kind: 'user', part: 'object' } as const;
  const group = { kind: 'group', part: 'object' } as const;
  const members = { kind: 'group', part: 'members' } as const;

  it.each([
    [user, ['User.Read.All', 'Group.ReadWrite.All'], 'User.ReadWrite.All'],
    [user, ['User.ReadWrite.All'], 'User Administrator'],
    [group, ['GroupMember.ReadWrite.All'], 'Group.ReadWrite.All'],
    [group, ['Directory.ReadWrite.All'], 'RoleManagement.ReadWrite.Directory'],
    [members, ['User.ReadWrite.All'], 'GroupMember.ReadWrite.All'],
    [members, ['Group.ReadWrite.All'], 'RoleManagement.ReadWrite.Directory'],
  ])('%o with %j is %s', (subject, roles, expected) => {
    expect(whatItTakes(subject, new Set(roles))).toContain(expected);
  });

  it('is all of it where the permissions are not known', () => {
    const said = whatItTakes(user, undefined);
    expect(said).toContain('User.ReadWrite.All');
    expect(said).toContain('User Administrator');
  });
});
