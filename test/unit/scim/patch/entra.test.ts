import { describe, expect, it } from 'vitest';
import { CORE_USER, ENTERPRISE } from '../schemas.ts';
import { changed, patched, patchedGroup } from './patched.ts';

const ADA = { userName: 'ada@contoso.com', active: true };
const withManager = { ...ADA, [ENTERPRISE]: { manager: { value: 'm1', $ref: '/Users/m1' } } };
const withNumber = { ...ADA, [ENTERPRISE]: { employeeNumber: '7' } };

/** Bodies of Microsoft's documentation and of recorded runs, in both dialects. */
describe('what Entra sends about users', () => {
  it.each([
    [
      'a role as text',
      {},
      [{ op: 'Add', path: 'roles', value: [{ value: '{"id":"06b0","value":"25"}' }] }],
      { roles: [{ value: '{"id":"06b0","value":"25"}' }] },
    ],
    [
      'roles that take the place of others',
      { roles: [{ value: 'Admin', type: 'WindowsAzureActiveDirectoryRole' }] },
      [
        {
          op: 'replace',
          path: 'roles',
          value: [
            {
              primary: false,
              type: 'WindowsAzureActiveDirectoryRole',
              display: 'User',
              value: 'User',
            },
          ],
        },
      ],
      {
        roles: [
          {
            primary: false,
            type: 'WindowsAzureActiveDirectoryRole',
            display: 'User',
            value: 'User',
          },
        ],
      },
    ],
    [
      'disabled, as text',
      {},
      [{ op: 'Replace', path: 'active', value: 'False' }],
      { active: false },
    ],
    ['disabled', {}, [{ op: 'replace', path: 'active', value: false }], { active: false }],
    ['disabled, mixed', {}, [{ op: 'Replace', path: 'active', value: false }], { active: false }],
    [
      'one operation for each attribute',
      { emails: [{ type: 'work', value: 'old@x' }] },
      [
        { op: 'Replace', path: 'displayName', value: 'Pvlo' },
        { op: 'Replace', path: 'emails[type eq "work"].value', value: 'T@test.microsoft.com' },
        { op: 'Replace', path: 'name.givenName', value: 'Gtfd' },
        { op: 'Replace', path: 'externalId', value: 'Eqpj' },
        { op: 'Replace', path: `${ENTERPRISE}:employeeNumber`, value: 'Eqpj' },
      ],
      {
        displayName: 'Pvlo',
        emails: [{ type: 'work', value: 'T@test.microsoft.com' }],
        name: { givenName: 'Gtfd' },
        externalId: 'Eqpj',
        [ENTERPRISE]: { employeeNumber: 'Eqpj' },
      },
    ],
    [
      'many attributes in one operation',
      {},
      [
        { op: 'replace', path: 'emails[type eq "work"].value', value: 'T@test.microsoft.com' },
        {
          op: 'replace',
          value: {
            displayName: 'Bjfe',
            'name.givenName': 'Kkom',
            'name.familyName': 'Unua',
            [`${ENTERPRISE}:employeeNumber`]: 'Aklq',
          },
        },
      ],
      {
        emails: [{ type: 'work', value: 'T@test.microsoft.com' }],
        displayName: 'Bjfe',
        name: { givenName: 'Kkom', familyName: 'Unua' },
        [ENTERPRISE]: { employeeNumber: 'Aklq' },
      },
    ],
    [
      'values that are not there yet',
      {},
      [
        { op: 'add', path: 'phoneNumbers[type eq "mobile"].value', value: '1' },
        { op: 'add', path: 'addresses[type eq "work"].country', value: 'BE' },
        { op: 'add', path: 'addresses[type eq "work"].locality', value: 'L' },
        { op: 'add', path: 'roles[primary eq "True"].display', value: 'D' },
        { op: 'add', path: 'roles[primary eq "True"].value', value: 'V' },
      ],
      {
        phoneNumbers: [{ type: 'mobile', value: '1' }],
        addresses: [{ type: 'work', country: 'BE', locality: 'L' }],
        roles: [{ primary: true, display: 'D', value: 'V' }],
      },
    ],
    [
      'a manager in a list',
      {},
      [
        {
          op: 'Add',
          path: 'manager',
          value: [{ $ref: 'http://x/scim/Users/1', value: '1' }],
        },
      ],
      { [ENTERPRISE]: { manager: { value: '1', $ref: 'http://x/scim/Users/1' } } },
    ],
    [
      'a manager as text',
      {},
      [{ op: 'add', path: `${ENTERPRISE}:manager`, value: 'm2' }],
      { [ENTERPRISE]: { manager: { value: 'm2' } } },
    ],
    [
      'nothing in title and nickName',
      { title: 'Dr', nickName: 'A' },
      [
        { op: 'replace', path: 'title', value: '' },
        { op: 'replace', path: 'nickName', value: null },
      ],
      {},
    ],
    [
      'operations on different attributes',
      { preferredLanguage: 'en' },
      [
        { op: 'remove', path: 'preferredLanguage' },
        { op: 'add', path: 'externalId', value: 'x' },
        { op: 'replace', path: 'displayName', value: 'y' },
      ],
      { externalId: 'x', displayName: 'y' },
    ],
    [
      'operations on the same attribute',
      { externalId: 'before' },
      [
        { op: 'remove', path: 'externalId' },
        { op: 'add', path: 'externalId', value: 'a' },
        { op: 'replace', path: 'externalId', value: 'b' },
      ],
      { externalId: 'b' },
    ],
  ])('%s', (_, before, operations, after) => {
    expect(patched({ ...ADA, ...before }, ...operations)).toEqual({ ...ADA, ...after });
  });

  it.each([{ value: '' }, '', null, [], { value: null }, [{ value: '' }]])(
    'a manager is cleared by %j',
    (value) => {
      const path = `${ENTERPRISE}:manager`;
      expect(patched(withManager, { op: 'replace', path, value })).toEqual(ADA);
      expect(patched(withManager, { op: 'Replace', path: 'manager', value })).toEqual(ADA);
      expect(patched(withManager, { op: 'replace', value: { [path]: value } })).toEqual(ADA);
    },
  );

  it.each(['m2', { value: 'm2' }, [{ value: 'm2' }], ['m2']])(
    'a manager becomes %j, and nothing of the old one stays',
    (value) => {
      const after = { ...ADA, [ENTERPRISE]: { manager: { value: 'm2' } } };
      const path = `${ENTERPRISE}:manager`;
      expect(patched(withManager, { op: 'Add', path, value })).toEqual(after);
      expect(patched(withManager, { op: 'replace', path: 'manager', value })).toEqual(after);
      expect(patched(withManager, { op: 'replace', value: { [ENTERPRISE]: { manager: value } } })) //
        .toEqual(after);
    },
  );

  it('finds the manager by its sub-attribute too', () => {
    const path = `${ENTERPRISE}:manager.value`;
    const after = { ...ADA, [ENTERPRISE]: { manager: { value: 'm2' } } };
    expect(patched(withManager, { op: 'replace', path, value: 'm2' })).toEqual(after);
    expect(patched(withManager, { op: 'remove', path })).toEqual(ADA);
  });

  it.each([
    { DisplayName: 'A' },
    { [`${CORE_USER}:displayName`]: 'A' },
    { [CORE_USER]: { displayName: 'A' } },
  ])('%j is displayName', (value) => {
    expect(patched(ADA, { op: 'Add', value })).toEqual({ ...ADA, displayName: 'A' });
    const [path = ''] = Object.keys(value);
    if (path !== CORE_USER)
      expect(patched(ADA, { op: 'Add', path, value: 'A' })).toEqual({ ...ADA, displayName: 'A' });
  });

  it('takes and takes away an extension as a whole', () => {
    const value = { department: 'D', manager: 'm', nothing: 1 };
    const whole = { ...ADA, [ENTERPRISE]: { department: 'D', manager: { value: 'm' } } };
    expect(patched(ADA, { op: 'add', path: ENTERPRISE, value })).toEqual(whole);
    expect(patched(ADA, { op: 'add', value: { [ENTERPRISE.toLowerCase()]: value } })).toEqual(
      whole,
    );
    expect(patched(withNumber, { op: 'remove', path: ENTERPRISE })).toEqual(ADA);
  });
});

describe('what Entra sends about groups', () => {
  const staff = { displayName: 'Staff' };

  it('a new name, with and without a path', () => {
    expect(patchedGroup(staff, { op: 'Replace', path: 'displayName', value: 'x' })) //
      .toEqual({ displayName: 'x' });
    expect(patchedGroup(staff, { op: 'replace', value: { displayName: 'WUZP' } })) //
      .toEqual({ displayName: 'WUZP' });
  });

  it('leaves what is about members to the members', () => {
    const add = { op: 'add', path: 'members', value: [{ value: 'u1' }] };
    expect(patchedGroup(staff, add)).toBe(staff);
    expect(patchedGroup(staff, { op: 'replace', value: { members: ['u1'], displayName: 'x' } })) //
      .toEqual({ displayName: 'x' });
  });

  it.each([
    [
      'adds one',
      [{ op: 'Add', path: 'members', value: [{ $ref: null, value: 'u1' }] }],
      [{ op: 'add', ids: ['u1'] }],
    ],
    [
      'adds an object, a text',
      [
        { op: 'add', path: 'members', value: { value: 'u1' } },
        { op: 'add', path: 'MEMBERS', value: 'u2' },
      ],
      [{ op: 'add', ids: ['u1', 'u2'] }],
    ],
    [
      'removes those listed and no others',
      [{ op: 'Remove', path: 'members', value: [{ $ref: null, value: 'u1' }] }],
      [{ op: 'remove', ids: ['u1'] }],
    ],
    [
      'removes by a filter',
      [{ op: 'remove', path: 'members[value eq "u1"]' }],
      [{ op: 'remove', ids: ['u1'] }],
    ],
    [
      'removes by a filter for several',
      [{ op: 'remove', path: 'members[value eq "u1" or (value eq "u2" or VALUE eq u3)]' }],
      [{ op: 'remove', ids: ['u1', 'u2', 'u3'] }],
    ],
    ['removes all', [{ op: 'remove', path: 'members' }], [{ op: 'replace', ids: [] }]],
    ['removes none where none is listed', [{ op: 'remove', path: 'members', value: [] }], []],
    [
      'replaces',
      [{ op: 'replace', path: 'members', value: [{ value: 'u1' }, { value: 'u2' }] }],
      [{ op: 'replace', ids: ['u1', 'u2'] }],
    ],
    [
      'replaces by none',
      [{ op: 'replace', path: 'members', value: null }],
      [{ op: 'replace', ids: [] }],
    ],
    [
      'keeps the order',
      [
        { op: 'add', path: 'members', value: [{ value: 'u1' }] },
        { op: 'remove', path: 'members[value eq "u1"]' },
        { op: 'remove', path: 'members[value eq "u2"]' },
        { op: 'add', value: { members: [{ value: 'u3' }], displayName: 'x' } },
        { op: 'replace', value: { Members: [] } },
      ],
      [
        { op: 'add', ids: ['u1'] },
        { op: 'remove', ids: ['u1', 'u2'] },
        { op: 'add', ids: ['u3'] },
        { op: 'replace', ids: [] },
      ],
    ],
    ['nothing', [{ op: 'replace', path: 'displayName', value: 'x' }], []],
  ])('%s', (_, operations, changes) => {
    expect(changed(...operations)).toEqual(changes);
  });

  it.each([
    [{ op: 'remove', path: 'members[value ne "u1"]' }, 'invalidPath'],
    [{ op: 'remove', path: 'members[value eq "u1" and type eq "User"]' }, 'invalidPath'],
    [{ op: 'replace', path: 'members[value eq "u1"]', value: 'u2' }, 'mutability'],
    [{ op: 'replace', path: 'members[value eq "u1"].value', value: 'u2' }, 'mutability'],
    [{ op: 'remove', path: 'members[value eq "u1"].display' }, 'mutability'],
    [{ op: 'add', path: 'members', value: [{ display: 'x' }] }, 'invalidValue'],
    [{ op: 'add', path: 'members', value: 7 }, 'invalidValue'],
  ])('refuses %j: %s', (operation, scimType) => {
    expect(() => changed(operation)).toThrow(expect.objectContaining({ status: 400, scimType }));
  });
});
