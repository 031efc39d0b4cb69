import { expect, it } from 'vitest';
import { barredBy } from '../../../../lib/flows/exports/export-members.ts';
import type { Properties } from '../../../../lib/sync/entry.ts';

const security = { mailEnabled: false, groupTypes: [] };

it.each<[string, Properties, string | undefined]>([
  ['a security group', security, undefined],
  ['a Microsoft 365 group', { mailEnabled: true, groupTypes: ['Unified'] }, undefined],
  ['a group of which nobody knows the kind yet', { displayName: 'g' }, 'entra-later'],
  ['a distribution list', { mailEnabled: true, groupTypes: [] }, 'entra-read-only'],
  ['a dynamic group', { ...security, groupTypes: ['DynamicMembership'] }, 'entra-read-only'],
  ['a role-assignable group', { ...security, isAssignableToRole: true }, 'entra-read-only'],
  ['a group from on-premises', { ...security, onPremisesSyncEnabled: true }, 'entra-read-only'],
])('members of %s: %#', (_, properties, reason) => {
  expect(barredBy({ seen: { properties } })?.reason).toBe(reason);
});
