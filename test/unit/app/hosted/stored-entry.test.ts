import { describe, expect, it } from 'vitest';
import { STANDARD_SCHEMAS } from '../../../../lib/app/hosted/shard.ts';
import {
  type NewEntry,
  toEntry,
  toEntryRow,
  toRemovedRow,
  toStoredEntry,
} from '../../../../lib/app/hosted/stored-entry.ts';
import type { StoredRow } from '../../../../lib/azure/tables.ts';
import type { Resource } from '../../../../lib/scim/schema/resource-schema.ts';
import type { Attributes, Kind } from '../../../../lib/sync/entry.ts';

const ID = '0b9ad5b8-1d6f-4c56-8a3c-7d1f0b6c2a11';
const TIME = '2026-01-02T03:04:05.678Z';
const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
const TANDEM = 'urn:ietf:params:scim:schemas:extension:tandem:2.0:User';

/** A row as it was written before there were whole resources. */
function rowOfVersion1(kind: Kind, attributes: Attributes, more: object = {}): StoredRow {
  return {
    partitionKey: 'c:0',
    rowKey: `${kind === 'user' ? 'u' : 'g'}:${ID}`,
    etag: 'W/"1"',
    v: 1,
    active: true,
    created: TIME,
    lastModified: TIME,
    a0: JSON.stringify(attributes),
    ...more,
  };
}

function stored(kind: Kind, row: StoredRow) {
  const entry = toStoredEntry(STANDARD_SCHEMAS[kind], row);
  if (!entry) throw new Error('it is not being removed');
  return entry;
}

const conversions: [what: string, kind: Kind, flat: Attributes, resource: Resource][] = [
  [
    'plain and nested names',
    'user',
    { userName: 'ada', displayName: 'Ada', 'name.givenName': 'Ada' },
    { userName: 'ada', displayName: 'Ada', name: { givenName: 'Ada' } },
  ],
  [
    'addresses by their types',
    'user',
    {
      userName: 'ada',
      'emails[type eq "work"].value': 'a@x.example',
      'addresses[type eq "work"].locality': 'London',
      'addresses[type eq "work"].country': 'GB',
    },
    {
      userName: 'ada',
      emails: [{ type: 'work', value: 'a@x.example' }],
      addresses: [{ type: 'work', locality: 'London', country: 'GB' }],
    },
  ],
  [
    'extensions',
    'user',
    { userName: 'ada', [`${ENTERPRISE}:department`]: 'Works', [`${TANDEM}:aliases`]: ['a', 'b'] },
    { userName: 'ada', [ENTERPRISE]: { department: 'Works' }, [TANDEM]: { aliases: ['a', 'b'] } },
  ],
  ['a group', 'group', { displayName: 'Works' }, { displayName: 'Works' }],
];

describe('a row of version 1', () => {
  it.each(conversions)('becomes a resource: %s', (_, kind, flat, resource) => {
    const entry = stored(kind, rowOfVersion1(kind, flat));
    expect(entry.resource).toEqual(resource);
    expect(toEntry(entry).attributes).toEqual(flat);
    expect(toEntryRow('c:0', entry)).toMatchObject({ v: 2, a0: JSON.stringify(resource) });
  });

  it('keeps its columns', () => {
    const columns = { externalId: 'x', managerId: 'm', active: false, byDisplayName: true };
    const entry = stored('user', rowOfVersion1('user', { userName: 'ada' }, columns));
    expect(entry).toEqual({
      kind: 'user',
      id: ID,
      version: 'W/"1"',
      externalId: 'x',
      managerId: 'm',
      active: false,
      created: TIME,
      lastModified: TIME,
      hasDisplayNameLookup: true,
      sharesExternalId: false,
      claimsDisplayName: false,
      resource: { userName: 'ada' },
    });
  });

  it.each([
    ['user', false],
    ['group', true],
  ] as const)('without the column: whether a %s has a look-up by name', (kind, hasLookup) => {
    const name = { userName: 'a', displayName: 'a' };
    expect(stored(kind, rowOfVersion1(kind, name)).hasDisplayNameLookup).toBe(hasLookup);
  });

  const broken: [what: string, more: object][] = [
    ['no JSON', { a0: '{' }],
    ['a list', { a0: '[]' }],
    ['nested attributes', { a0: '{"name":{"givenName":"Ada"}}' }],
    ['another version', { v: 3 }],
    ['no time', { created: undefined }],
  ];
  it.each(broken)('with %s is none', (_, more) => {
    const row = rowOfVersion1('user', { userName: 'ada' }, more);
    expect(() => toStoredEntry(STANDARD_SCHEMAS.user, row)).toThrow(
      expect.objectContaining({ code: 'bad-answer' }),
    );
  });
});

describe('a row of version 2', () => {
  const entry: NewEntry = {
    kind: 'user',
    id: ID,
    externalId: 'x',
    active: true,
    created: TIME,
    lastModified: TIME,
    hasDisplayNameLookup: true,
    sharesExternalId: true,
    claimsDisplayName: false,
    resource: {
      userName: 'ada',
      emails: [{ value: 'no type' }, { type: 'work', value: 'a@x.example', primary: true }],
      logins: 3,
    },
  };

  it('keeps what a flat entry has no place for', () => {
    const row = { ...toEntryRow('c:0', entry), etag: 'W/"2"' };
    expect(stored('user', row)).toEqual({ ...entry, version: 'W/"2"' });
  });

  it('is divided where it is long, and put together again', () => {
    const title = `${'x'.repeat(31_990)}${'\u{1f600}'.repeat(20_000)}`;
    const row = toEntryRow('c:0', { ...entry, resource: { userName: 'ada', title } });
    expect(Object.keys(row).filter((name) => /^a\d$/.test(name))).toEqual(['a0', 'a1', 'a2']);
    for (const part of [row.a0, row.a1, row.a2])
      expect(String(part).isWellFormed() && String(part).length <= 32_768).toBe(true);
    expect(stored('user', { ...row, etag: '' }).resource.title).toBe(title);
  });

  it('is a mark without names while the entry is removed', () => {
    const mark = toRemovedRow('c:0', 'user', ID);
    expect(Object.keys(mark)).toEqual(['partitionKey', 'rowKey', 'v', 'removed']);
    expect(toStoredEntry(STANDARD_SCHEMAS.user, { ...mark, etag: '' })).toBeUndefined();
  });
});
