import { describe, expect, it } from 'vitest';
import { toColumns, toStoredResource } from '../../../../lib/app/hosted/resource-columns.ts';
import { STANDARD_SCHEMAS } from '../../../../lib/app/hosted/shard.ts';
import type { StoredEntry } from '../../../../lib/app/hosted/stored-entry.ts';
import type { Resource } from '../../../../lib/scim/schema/resource-schema.ts';

const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

type Columns = ReturnType<typeof toColumns>;
const cases: [what: string, whole: Resource, columns: Columns][] = [
  ['nothing beside', { userName: 'a' }, { resource: { userName: 'a' }, active: undefined }],
  [
    'an id of the other side, and whether it is active',
    { userName: 'a', externalId: 'x', active: false },
    { resource: { userName: 'a' }, externalId: 'x', active: false },
  ],
  [
    'a manager alone in its extension',
    { userName: 'a', active: true, [ENTERPRISE]: { manager: { value: 'm' } } },
    { resource: { userName: 'a' }, managerId: 'm', active: true },
  ],
  [
    'a manager beside others',
    { active: true, [ENTERPRISE]: { manager: { value: 'm' }, division: 'd' } },
    { resource: { [ENTERPRISE]: { division: 'd' } }, managerId: 'm', active: true },
  ],
  [
    'an extension without a manager',
    { active: true, [ENTERPRISE]: { division: 'd' } },
    { resource: { [ENTERPRISE]: { division: 'd' } }, active: true },
  ],
];

describe('a user', () => {
  it.each(cases)('is taken apart and put together: %s', (_, whole, columns) => {
    expect(toColumns('user', whole)).toEqual(columns);
    const stored: StoredEntry = {
      kind: 'user',
      id: 'i',
      version: 'v',
      created: 'c',
      lastModified: 'l',
      hasDisplayNameLookup: true,
      sharesExternalId: false,
      claimsDisplayName: false,
      ...columns,
      active: columns.active ?? true,
    };
    const resource = { ...whole, active: columns.active ?? true };
    const times = { created: 'c', lastModified: 'l' };
    expect(toStoredResource(stored, STANDARD_SCHEMAS.user)).toEqual({
      kind: 'user',
      id: 'i',
      version: 'v',
      ...times,
      resource,
    });
  });

  it('keeps of a manager what names it', () => {
    const manager = { value: 'm', displayName: 'Boss', $ref: 'https://x.example/Users/m' };
    const columns = toColumns('user', { [ENTERPRISE]: { manager } });
    expect(columns).toEqual({ resource: {}, managerId: 'm', active: undefined });
  });
});

it('a group has neither', () => {
  const whole = { displayName: 'g', externalId: 'x' };
  expect(toColumns('group', whole)).toEqual({
    resource: { displayName: 'g' },
    externalId: 'x',
    active: true,
  });
});
