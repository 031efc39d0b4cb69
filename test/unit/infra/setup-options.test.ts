import { describe, expect, it } from 'vitest';
import { parseOptions } from '../../../infra/entra/options.ts';

const TENANT = '11111111-2222-4333-8444-555555555555';
const IDENTITY = '11111111-2222-4333-8444-666666666666';
const parsed = (...args: string[]) => parseOptions(['--tenant', TENANT, ...args]);

describe('the options of setup-entra', () => {
  it.each<[string, string[], string[]]>([
    ['users and groups are read', [], ['User.Read.All', 'Group.Read.All']],
    ['users alone', ['--import', 'users'], ['User.Read.All']],
    [
      'groups are written',
      ['--export', 'groups'],
      ['User.Read.All', 'Group.Read.All', 'Group.ReadWrite.All'],
    ],
    [
      'both are written',
      ['--export', 'users,groups'],
      ['User.Read.All', 'Group.Read.All', 'User.ReadWrite.All', 'Group.ReadWrite.All'],
    ],
    [
      'hidden ones too',
      ['--import', 'groups', '--hidden-memberships'],
      ['Group.Read.All', 'Member.Read.Hidden'],
    ],
    [
      'expiry too',
      ['--import', 'users', '--watch-secrets'],
      ['User.Read.All', 'Application.Read.All'],
    ],
  ])('ask for the least: %s', (_, args, permissions) => {
    expect(parsed(...args)?.desired.permissions).toEqual(permissions);
  });

  it('say who vouches, who administers, and where', () => {
    const options = parsed(
      '--identity',
      IDENTITY,
      '--administrator',
      TENANT,
      '--administrator',
      IDENTITY,
    );
    expect(options?.desired).toMatchObject({
      identity: {
        principalId: IDENTITY,
        issuer: `https://login.microsoftonline.com/${TENANT}/v2.0`,
      },
      administrators: [TENANT, IDENTITY],
      consents: true,
      isMultiTenant: false,
    });
    expect(options).toMatchObject({ isDryRun: false, isSure: false });
  });

  it.each<[string, string[], RegExp]>([
    ['no tenant', [], /--tenant/],
    ['a tenant without an id', ['--tenant', 'contoso'], /--tenant/],
    ['devices', ['--tenant', TENANT, '--import', 'devices'], /--import takes users, groups/],
    ['plain http', ['--tenant', TENANT, '--public-url', 'http://sync.example.com'], /--public-url/],
    ['what nobody knows', ['--tenant', TENANT, '--force'], /--force/],
  ])('refuse %s', (_, args, message) => {
    expect(() => parseOptions(args)).toThrow(message);
  });

  it('are explained where help is asked for', () => {
    expect(parseOptions(['--help'])).toBeUndefined();
  });
});
