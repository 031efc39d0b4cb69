import { expect, it } from 'vitest';
import type { Connection } from '../../../lib/sync/connection.ts';
import { DEFAULT_SETTINGS } from '../../../lib/sync/rules/settings.ts';
import { settingChanges } from '../../../lib/sync/settings-change.ts';

const guid = '11111111-2222-4333-8444-555555555555';
const before: Connection = {
  id: 'c-1',
  name: 'Contoso',
  enabled: false,
  entra: {
    tenantId: guid,
    clientId: guid,
    credentials: [
      { id: 'a', kind: 'secret', clientId: guid, secretName: 'connection-c-1-a', expiresAt: null },
    ],
  },
  app: { kind: 'hosted' },
  rules: DEFAULT_SETTINGS,
  settingsVersion: 1,
  createdAt: '2026-01-01T00:00:00.000Z',
  updatedAt: '2026-01-01T00:00:00.000Z',
};
const users = { ...DEFAULT_SETTINGS.users, groups: [{ id: 'g-1', name: 'Sales of Ada' }] };

it.each<[string, Partial<Connection>, unknown]>([
  ['a switch', { enabled: true }, [{ name: 'enabled', before: false, after: true }]],
  [
    'a secret, of which nothing is told',
    {
      entra: {
        ...before.entra,
        credentials: [
          {
            id: 'a',
            kind: 'secret',
            clientId: guid,
            secretName: 'connection-c-1-b',
            expiresAt: null,
          },
        ],
      },
    },
    [{ name: 'entra.credentials' }],
  ],
  ['what was not set before', { auditDays: 30 }, [{ name: 'auditDays', after: 30 }]],
  [
    'who is named by rules, by ids alone',
    { rules: { ...DEFAULT_SETTINGS, users } },
    [{ name: 'rules.users.groups', before: [], after: ['g-1'] }],
  ],
  ['what is too long', { name: 'x'.repeat(2_001) }, [{ name: 'name' }]],
  ['no setting', { settingsVersion: 2, updatedAt: '2026-02-02T00:00:00.000Z' }, []],
])('tells of %s', (_, change, expected) => {
  expect(settingChanges(before, { ...before, ...change })).toEqual(expected);
});

it('of a new connection everything, and of what is left out what it was', () => {
  const names = settingChanges(undefined, before).map(({ name }) => name);
  expect(names).toContain('entra.tenantId');
  expect(names).not.toContain('createdAt');
  const { auditDays: _, ...without } = { ...before, auditDays: 30 };
  const change = settingChanges({ ...before, auditDays: 30 }, without);
  expect(change).toEqual([{ name: 'auditDays', before: 30 }]);
});
