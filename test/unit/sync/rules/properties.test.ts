import { describe, expect, it } from 'vitest';
import type { Kind } from '../../../../lib/sync/entry.ts';
import { propertyNamed, TRACKED } from '../../../../lib/sync/rules/properties.ts';
import { DEFAULT_SELECTION } from '../../entra/default-selection.ts';

const digits = '0123456789abcdef0123456789abcdef';

describe('a property that can be read', () => {
  it.each([
    ['user', 'mail', 'mail', 'text'],
    ['user', 'USERPRINCIPALNAME', 'userPrincipalName', 'text'],
    ['user', 'accountenabled', 'accountEnabled', 'flag'],
    ['user', 'BusinessPhones', 'businessPhones', 'texts'],
    ['user', 'employeehiredate', 'employeeHireDate', 'time'],
    ['user', 'EXTENSIONATTRIBUTE1', 'extensionAttribute1', 'text'],
    ['user', 'extensionAttribute15', 'extensionAttribute15', 'text'],
    [
      'user',
      `Extension_${digits.toUpperCase()}_costCenter`,
      `extension_${digits}_costCenter`,
      'text',
    ],
    ['group', `extension_${digits}_a_b`, `extension_${digits}_a_b`, 'text'],
    ['group', 'grouptypes', 'groupTypes', 'texts'],
    ['group', 'membershipRule', 'membershipRule', 'text'],
  ] as const)('of a %s is %s, as %s, which holds %s', (kind, asked, name, type) => {
    expect(propertyNamed(kind, asked)).toEqual({ ok: true, name, type });
  });
});

const reasonOf = (kind: Kind, name: string) => {
  const property = propertyNamed(kind, name);
  return property.ok ? 'none' : property.reason;
};

describe('a property that cannot be read', () => {
  it.each([
    ['user', 'signInActivity', /^a delta query does not track "signInActivity" of users/],
    ['user', 'appRoleAssignments', /^a delta query does not track "appRoleAssignments" of users/],
    ['user', 'ABOUTME', /does not track/],
    ['user', 'mailboxSettings', /does not track/],
    ['user', 'hireDate', /does not track/],
    ['user', 'licenseAssignmentStates', /does not track/],
    ['group', 'unseenCount', /^a delta query does not track "unseenCount" of groups/],
    ['group', 'signInActivity', /^groups have no property "signInActivity"$/],
    ['user', 'employeeOrgData', /no plain value/],
    ['user', 'assignedLicenses', /no plain value/],
    [
      'user',
      'onPremisesExtensionAttributes',
      /name one, extensionAttribute1 to extensionAttribute15/,
    ],
    ['user', 'Manager', /a relationship/],
    ['group', 'members', /a relationship/],
    ['user', 'id', /ties the two sides together/],
    ['user', 'deparment', /^users have no property "deparment"; did you mean "department"\?$/],
    ['user', 'givenname1', /did you mean "givenName"/],
    ['user', 'shoeSize', /^users have no property "shoeSize"$/],
    ['user', '', /^users have no property ""/],
    ['group', 'department', /^groups have no property "department"$/],
    ['group', 'extensionAttribute1', /^groups have no property/],
    [
      'user',
      'extensionAttribute16',
      /^users have no property .* did you mean "extensionAttribute1"/,
    ],
    ['user', 'extensionAttribute0', /^users have no property/],
    ['user', 'extension_0123_short', /^users have no property/],
    ['user', `extension_${digits}_`, /^users have no property/],
    ['user', `extension_${digits}_a-b`, /^users have no property/],
    ['user', 'constructor', /^users have no property/],
    ['user', '__proto__', /^users have no property/],
    ['user', 'x'.repeat(10_000), /^users have no property/],
  ] as const)('of a %s: %s', (kind, name, reason) => {
    expect(reasonOf(kind, name)).toMatch(reason);
  });
});

it.each(['user', 'group'] as const)('reads of %ss what is known, under its own name', (kind) => {
  for (const [name, type] of Object.entries(TRACKED[kind]))
    expect(propertyNamed(kind, name)).toEqual({ ok: true, name, type });
  for (const name of DEFAULT_SELECTION.properties[kind]) expect(TRACKED[kind][name]).toBeDefined();
});
