import { describe, expect, it } from 'vitest';
import { readResource } from '../../../../lib/scim/resource/read-resource.ts';
import { openSchema } from '../../../../lib/scim/schema/open-schema.ts';
import type { Json } from '../../../../lib/sync/entry.ts';

const CORE = 'urn:ietf:params:scim:schemas:core:2.0:User';
const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
const CUSTOM = 'urn:ietf:params:scim:schemas:extension:CustomExtension:2.0:User';
const USER = openSchema('user', [
  { name: `${CUSTOM}:tag`, type: 'string', multiValued: false },
  { name: 'badge.value', type: 'string', multiValued: true },
]);
const GROUP = openSchema('group', []);

const user = (body: unknown) => readResource(body, USER).resource;

function refusal(read: () => unknown): unknown {
  try {
    return read();
  } catch (error) {
    return error;
  }
}

/** Bodies that Entra and its validator are documented, or were recorded, to send. */
const ENTRA: readonly [string, Json, Json][] = [
  [
    'a user',
    {
      schemas: [CORE, ENTERPRISE],
      externalId: '0a21f0f2-8d2a-4f8e-bf98-7363c4aed4ef',
      userName: 'Test_User_1',
      active: true,
      emails: [{ primary: true, type: 'work', value: 't@testuser.com' }],
      meta: { resourceType: 'User' },
      name: { formatted: 'g f', familyName: 'f', givenName: 'g' },
      roles: [],
    },
    {
      externalId: '0a21f0f2-8d2a-4f8e-bf98-7363c4aed4ef',
      userName: 'Test_User_1',
      active: true,
      emails: [{ primary: true, type: 'work', value: 't@testuser.com' }],
      name: { formatted: 'g f', familyName: 'f', givenName: 'g' },
    },
  ],
  [
    'a user with nulls and a URN that is misspelt',
    {
      schemas: [CORE, 'urn:ietf:params:scim:schemas:extension:enterprise:2.0User'],
      externalId: 'jyoung',
      userName: 'jyoung@testuser.com',
      active: true,
      addresses: null,
      displayName: 'Joy Young',
      emails: [{ type: 'work', value: 'jyoung@Contoso.com', primary: true }],
      meta: { resourceType: 'User' },
      name: { familyName: 'Young', givenName: 'Joy' },
      phoneNumbers: null,
      preferredLanguage: null,
      title: null,
      department: null,
      manager: null,
    },
    {
      externalId: 'jyoung',
      userName: 'jyoung@testuser.com',
      active: true,
      displayName: 'Joy Young',
      emails: [{ type: 'work', value: 'jyoung@Contoso.com', primary: true }],
      name: { familyName: 'Young', givenName: 'Joy' },
    },
  ],
  [
    'a role whose flag is a string, and a manager whom nobody knows',
    {
      userName: 'a@b',
      roles: [{ primary: 'True', display: 'D', value: 'V', type: 'T' }],
      [ENTERPRISE]: { manager: { value: 'GZFD' } },
      schemas: [CORE, ENTERPRISE],
    },
    {
      userName: 'a@b',
      active: true,
      roles: [{ primary: true, display: 'D', value: 'V', type: 'T' }],
      [ENTERPRISE]: { manager: { value: 'GZFD' } },
    },
  ],
  [
    'an app role',
    {
      schemas: [CORE],
      externalId: 'alias',
      userName: 'alias@contoso.OnMicrosoft.com',
      active: true,
      roles: [
        {
          primary: false,
          type: 'WindowsAzureActiveDirectoryRole',
          display: 'Admin',
          value: 'Admin',
        },
      ],
    },
    {
      externalId: 'alias',
      userName: 'alias@contoso.OnMicrosoft.com',
      active: true,
      roles: [
        {
          primary: false,
          type: 'WindowsAzureActiveDirectoryRole',
          display: 'Admin',
          value: 'Admin',
        },
      ],
    },
  ],
];

describe('what Entra sends', () => {
  it.each(ENTRA)('%s', (_, body, resource) => {
    expect(readResource(body, USER)).toEqual({ resource });
  });

  it('a group, with a schema of its own and no members', () => {
    const body = {
      schemas: [
        'urn:ietf:params:scim:schemas:core:2.0:Group',
        'http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group',
      ],
      externalId: '8aa1a0c0-c4c3-4bc0-b4a5-2ef676900159',
      displayName: 'displayName',
      meta: { resourceType: 'Group' },
    };
    expect(readResource(body, GROUP)).toEqual({
      resource: {
        externalId: '8aa1a0c0-c4c3-4bc0-b4a5-2ef676900159',
        displayName: 'displayName',
      },
    });
  });
});

describe('where an attribute may stand', () => {
  const department = { userName: 'a', active: true, [ENTERPRISE]: { department: 'Works' } };

  it.each<[string, Json, Json]>([
    ['under its URN', { [ENTERPRISE]: { department: 'Works' } }, department],
    [
      'under its URN in another case',
      { [ENTERPRISE.toLowerCase()]: { DEPARTMENT: 'Works' } },
      department,
    ],
    ['under its qualified name', { [`${ENTERPRISE}:department`]: 'Works' }, department],
    ['under its bare name', { Department: 'Works' }, department],
    [
      'qualified in the object of its URN',
      { [ENTERPRISE]: { [`${ENTERPRISE}:department`]: 'Works' } },
      department,
    ],
    [
      'at two places, of which one is empty',
      { [ENTERPRISE]: { department: 'Works' }, department: null },
      department,
    ],
    [
      'at two places, of which the last counts',
      { department: 'Roads', [ENTERPRISE]: { department: 'Works' } },
      department,
    ],
    ['in another case', { USERNAME: 'b', username: '' }, { userName: 'b', active: true }],
    [
      'under the core URN',
      { [CORE]: { title: 'Clerk' } },
      { userName: 'a', active: true, title: 'Clerk' },
    ],
    [
      'under a name with the core URN',
      { [`${CORE.toUpperCase()}:title`]: 'Clerk' },
      { userName: 'a', active: true, title: 'Clerk' },
    ],
    [
      'with its sub-attribute',
      { 'name.givenName': 'Ada', 'NAME.FAMILYNAME': 'King' },
      { userName: 'a', active: true, name: { givenName: 'Ada', familyName: 'King' } },
    ],
    [
      'with a sub-attribute beside the whole',
      { 'name.givenName': 'Ada', name: { familyName: 'King', givenName: 'X' } },
      { userName: 'a', active: true, name: { givenName: 'Ada', familyName: 'King' } },
    ],
    [
      'with an empty sub-attribute beside the whole',
      { name: { givenName: 'Ada' }, 'name.givenName': '' },
      { userName: 'a', active: true, name: { givenName: 'Ada' } },
    ],
    [
      'with its sub-attribute and its URN',
      { [`${ENTERPRISE}:manager.value`]: 'm1' },
      { userName: 'a', active: true, [ENTERPRISE]: { manager: { value: 'm1' } } },
    ],
    [
      'with the sub-attribute in the object',
      { [ENTERPRISE]: { 'manager.value': 'm1' } },
      { userName: 'a', active: true, [ENTERPRISE]: { manager: { value: 'm1' } } },
    ],
    [
      'as a bare manager',
      { manager: 'm1' },
      { userName: 'a', active: true, [ENTERPRISE]: { manager: { value: 'm1' } } },
    ],
    [
      'as a manager in a list',
      { manager: [{ value: 'm1' }] },
      { userName: 'a', active: true, [ENTERPRISE]: { manager: { value: 'm1' } } },
    ],
    [
      'in an extension of the connection',
      { [CUSTOM.toUpperCase()]: { TAG: 'x' } },
      { userName: 'a', active: true, [CUSTOM]: { tag: 'x' } },
    ],
    [
      'twice in one extension',
      { [ENTERPRISE]: { division: 'North' }, department: 'Works' },
      { ...department, [ENTERPRISE]: { division: 'North', department: 'Works' } },
    ],
    [
      'qualified in the object of another URN',
      { [CUSTOM]: { [`${ENTERPRISE}:department`]: 'Works' } },
      department,
    ],
    [
      'twice, of which one comes to nothing',
      { emails: [{ value: 'a@b' }], EMAILS: [{ type: 'work' }] },
      { userName: 'a', active: true, emails: [{ value: 'a@b' }] },
    ],
    [
      'in two extensions',
      { department: 'Works', [`${CUSTOM}:tag`]: 'x' },
      { ...department, [CUSTOM]: { tag: 'x' } },
    ],
    [
      'as one of the connection’s',
      { badge: '7' },
      { userName: 'a', active: true, badge: [{ value: '7' }] },
    ],
  ])('%s', (_, body, resource) => {
    expect(user({ userName: 'a', ...(body as object) })).toEqual(resource);
  });

  it.each<[string, Json]>([
    ['unknown names', { favouriteColour: 'blue', 'name.colour': 'blue', 'title.x': 'y' }],
    [
      'names of an unknown schema',
      { 'urn:x:y:2.0:User': { a: 1 }, 'urn:x:y:2.0:User:a': 1, 'urn:x:y:2.0:User:manager': 'm1' },
    ],
    ['a bare name of another extension', { tag: 'x', aliases: ['y'], signInMethod: 'z' }],
    [
      'what the service itself keeps',
      { id: 'x', meta: { created: 'never' }, groups: [{ value: 'g' }], schemas: 5 },
    ],
    ['parts of what it keeps', { 'meta.version': 'x', [`${CORE}:id`]: 'x' }],
    ['a password', { password: 'correct horse' }],
    ['a part of several values', { 'emails.value': 'a@b' }],
    ['members of a user', { members: [{ value: 'x' }] }],
    [
      'extensions that are empty',
      { [ENTERPRISE]: {}, [CUSTOM]: null, [ENTERPRISE.toUpperCase()]: '' },
    ],
    [
      'extensions of which all is empty',
      { [ENTERPRISE]: { department: '', manager: { value: '' } } },
    ],
    ['names of 300 characters', { ['x'.repeat(300)]: 'y', [`urn:${'x'.repeat(300)}:y`]: 'z' }],
    ['names of nothing', { '': 'x', ':': 'y', '.': 'z', 'urn:': 1 }],
    ['emoji and right-to-left text as names', { '🙂': 1, الاسم: 2, 'title\u200f': 'x' }],
  ])('%s are passed over', (_, body) => {
    expect(user({ userName: 'a', ...(body as object) })).toEqual({ userName: 'a', active: true });
  });

  it('keys that every object has are passed over', () => {
    const body = JSON.parse(
      `{"userName":"a","__proto__":{"title":"x"},"constructor":{"prototype":{"title":"y"}},
        "__proto__.title":"z","name":{"__proto__":{"givenName":"Eve"}},
        "${ENTERPRISE}":{"__proto__":{"department":"x"},"constructor.prototype":1},
        "${ENTERPRISE}:__proto__":{"department":"x"}}`,
    );
    expect(user(body)).toEqual({ userName: 'a', active: true });
    expect(Reflect.ownKeys(Object.prototype)).not.toContain('title');
    expect(({} as Record<string, unknown>).department).toBeUndefined();
  });
});

describe('values', () => {
  it('are kept as they were sent', () => {
    const sent = {
      userName: ' Ünï ',
      displayName: '🙂 مرحبا \u202eabc\u202c e\u0301',
      phoneNumbers: [{ value: '+41 (0)44 / 000-00 00', type: 'work' }],
      externalId: 'CaSe',
      active: false,
    };
    expect(user(sent)).toEqual(sent);
  });

  it.each<[string, Json, string]>([
    ['no user name', { displayName: 'Ada' }, 'userName is missing'],
    ['an empty user name', { userName: '' }, 'userName is missing'],
    ['a blank user name', { userName: ' \t\u00a0' }, 'userName is missing'],
    ['no values', {}, 'userName is missing'],
    [
      'an extension that is text',
      { userName: 'a', [ENTERPRISE.toLowerCase()]: 'x' },
      `${ENTERPRISE} takes an object`,
    ],
    [
      'an extension in a list',
      { userName: 'a', [ENTERPRISE]: [{ department: 'x' }] },
      `${ENTERPRISE} takes an object`,
    ],
    ['a name that is text', { userName: 'a', name: 'Ada' }, 'name takes an object'],
    [
      'a part of the wrong type',
      { userName: 'a', 'name.givenName': { a: 1 } },
      'name.givenName takes a value of the type string',
    ],
    [
      'a switch that is neither on nor off',
      { userName: 'a', active: 'secret-value' },
      'active takes a value of the type boolean',
    ],
    [
      'two primary addresses',
      {
        userName: 'a',
        emails: [
          { value: 'b', primary: true },
          { value: 'c', primary: true },
        ],
      },
      'emails has more than one primary value',
    ],
  ])('%s', (_, body, message) => {
    expect(refusal(() => user(body))).toMatchObject({
      name: 'ScimError',
      status: 400,
      scimType: 'invalidValue',
      message,
    });
  });

  it.each([null, undefined, 5, 'text', true, [], [{ userName: 'a' }]])('%j is no body', (body) => {
    expect(refusal(() => user(body))).toMatchObject({ status: 400, scimType: 'invalidSyntax' });
  });
});

describe('whether a user is active', () => {
  it.each<[string, Json | undefined, boolean | undefined, boolean]>([
    ['a new one, unsaid', undefined, undefined, true],
    ['a new one, null', null, undefined, true],
    ['a new one, off', 'False', undefined, false],
    ['one that is off and replaced, unsaid', undefined, false, false],
    ['one that is on and replaced, unsaid', undefined, true, true],
    ['one that is off and replaced, on', true, false, true],
    ['one that is on and replaced, off', false, true, false],
  ])('%s', (_, said, was, is) => {
    const body = { userName: 'a', ...(said !== undefined && { active: said }) };
    const before = was === undefined ? undefined : { userName: 'b', active: was };
    expect(readResource(body, USER, before).resource).toEqual({ userName: 'a', active: is });
  });

  it('is not asked of groups', () => {
    expect(readResource({ displayName: 'g', active: false }, GROUP).resource).toEqual({
      displayName: 'g',
    });
  });
});

describe('members', () => {
  const members = (value: Json) =>
    readResource({ displayName: 'g', members: value }, GROUP).members;

  it.each<[Json, string[]]>([
    [[{ $ref: null, value: 'f648f8d5ea4e4cd38e9c' }], ['f648f8d5ea4e4cd38e9c']],
    [
      [{ value: 'u1', display: 'Ada', type: 'User', more: { a: 1 } }, { VALUE: 'u2' }],
      ['u1', 'u2'],
    ],
    [
      ['u1', { value: 'u1' }],
      ['u1', 'u1'],
    ],
    [{ value: 'u1' }, ['u1']],
    ['u1', ['u1']],
    [[null, {}, '', { value: '' }, { value: 'u1' }], ['u1']],
    [[], []],
    [null, []],
  ])('%j', (value, ids) => {
    expect(members(value)).toEqual(ids.map((id) => ({ value: id })));
  });

  it('are not there where nothing is said of them', () => {
    expect(readResource({ displayName: 'g' }, GROUP)).not.toHaveProperty('members');
  });

  it('stand apart from the resource', () => {
    const { resource } = readResource({ displayName: 'g', MEMBERS: [{ value: 'u1' }] }, GROUP);
    expect(resource).toEqual({ displayName: 'g' });
  });

  it('can be 50,000', () => {
    const many = Array.from({ length: 50_000 }, (_, index) => ({ value: `u${index}` }));
    expect(members(many)).toEqual(many);
  });

  it.each<[string, Json]>([
    ['a number', 5],
    ['a list in a list', [['u1']]],
    ['an object without an id', [{ display: 'Ada' }]],
    ['an id that is a number', [{ value: 5 }]],
    ['an id that is an object', [{ value: { value: 'u1' } }]],
    ['an id of 1,001 characters', [{ value: 'x'.repeat(1_001) }]],
  ])('%s is refused', (_, value) => {
    expect(refusal(() => members(value))).toMatchObject({
      status: 400,
      scimType: 'invalidValue',
      message: 'members.value takes the id of a resource',
    });
  });
});
