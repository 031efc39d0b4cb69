import { ABSENT, type Story } from '../exchange.ts';
import {
  ENTERPRISE,
  GROUP,
  LIST,
  lists,
  makes,
  makesGroup,
  NOBODY,
  refused,
  SCIM_JSON,
  shows,
  USER,
} from '../messages.ts';

const ADSCIM = 'http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group';
const EMPTY = { schemas: [LIST], totalResults: 0, itemsPerPage: 0, startIndex: 1, Resources: [] };

/** What Entra's provisioning service asks (Microsoft docs: develop and plan a SCIM endpoint). */
export const ENTRA_REQUESTS: readonly Story[] = [
  {
    name: 'Entra tests the connection',
    exchanges: [
      shows('by a random name', `/Users?filter=userName+eq+%22${NOBODY}%22`, EMPTY),
      shows('of groups', `/Groups?filter=displayName+eq+%22${NOBODY}%22`, EMPTY),
      shows(
        'with the flag in the address',
        `/Users?aadOptscim062020&filter=userName+eq+%22${NOBODY}%22`,
        EMPTY,
      ),
    ],
  },
  {
    name: 'Entra matches users',
    exchanges: [
      makes('u', {
        userName: 'Test_User_1@contoso.com',
        externalId: 'jyoung',
        emails: [{ type: 'work', value: 'user@Contoso.com', primary: true }],
      }),
      lists('by name', '/Users?filter=userName eq "Test_User_1@contoso.com"', 1, [{ id: '{{u}}' }]),
      lists('by name in other case', '/Users?filter=USERNAME EQ "TEST_user_1@CONTOSO.com"', 1, [
        { id: '{{u}}', userName: 'Test_User_1@contoso.com' },
      ]),
      lists('by an externalId without quotation marks', '/Users?filter=externalId eq jyoung', 1, [
        { id: '{{u}}' },
      ]),
      lists(
        'by work address',
        '/Users?filter=emails[type eq "work"].value eq "USER@contoso.com"',
        1,
        [{ id: '{{u}}' }],
      ),
      lists(
        'by a work address of nobody',
        '/Users?filter=emails[type eq "work"].value eq "x@y"',
        0,
        [],
      ),
      shows('known by its id', '/Users/{{u}}', {
        id: '{{u}}',
        userName: 'Test_User_1@contoso.com',
      }),
      refused('an id that is none', { method: 'GET', path: `/Users/${NOBODY}` }, [404]),
      refused(
        'what is not an id at all',
        { method: 'GET', path: '/Users/what%20is%2Fthis' },
        [404],
      ),
    ],
  },
  {
    name: 'Entra matches groups and never wants their members',
    exchanges: [
      makes('u', { userName: 'a@contoso.com' }),
      makesGroup('g', { displayName: 'displayName', members: [{ value: '{{u}}' }] }),
      lists(
        'by name',
        '/Groups?excludedAttributes=members&filter=displayName eq "DISPLAYNAME"',
        1,
        [{ id: '{{g}}', displayName: 'displayName', members: ABSENT }],
      ),
      shows('known by its id', '/Groups/{{g}}?excludedAttributes=members', {
        id: '{{g}}',
        displayName: 'displayName',
        members: ABSENT,
      }),
      refused('a group that is none', { method: 'GET', path: `/Groups/${NOBODY}` }, [404]),
      refused('a user as a group', { method: 'GET', path: '/Groups/{{u}}' }, [404]),
    ],
  },
  {
    name: 'Entra checks references, the terms in either order',
    exchanges: [
      makes('m', { userName: 'manager@contoso.com' }),
      makes('u', { userName: 'report@contoso.com', [ENTERPRISE]: { manager: { value: '{{m}}' } } }),
      makesGroup('g', { displayName: 'Some', members: [{ value: '{{u}}' }] }),
      lists('a manager', '/Users?filter=id eq "{{u}}" and manager eq "{{m}}"&attributes=id', 1, [
        { id: '{{u}}', userName: ABSENT, meta: ABSENT },
      ]),
      lists(
        'a manager, turned round',
        '/Users?filter=manager eq "{{m}}" and id eq "{{u}}"&attributes=id',
        1,
        [{ id: '{{u}}' }],
      ),
      lists(
        'not this manager',
        '/Users?filter=id eq "{{m}}" and manager eq "{{u}}"&attributes=id',
        0,
        [],
      ),
      lists('a member', '/Groups?filter=id eq "{{g}}" and members eq "{{u}}"&attributes=id', 1, [
        { id: '{{g}}', displayName: ABSENT, members: ABSENT },
      ]),
      lists(
        'a member, turned round',
        '/Groups?filter=members eq "{{u}}" and id eq "{{g}}"&attributes=id',
        1,
        [{ id: '{{g}}' }],
      ),
      lists(
        'not a member',
        '/Groups?filter=id eq "{{g}}" and members eq "{{m}}"&attributes=id',
        0,
        [],
      ),
    ],
  },
  {
    name: 'Entra creates users',
    exchanges: [
      {
        name: 'as its documentation shows it',
        request: {
          method: 'POST',
          path: '/Users',
          body: {
            schemas: [USER, ENTERPRISE],
            externalId: '0a21f0f2-8d2a-4f8e-bf98-7363c4aed4ef',
            userName: 'Test_User_1',
            active: true,
            emails: [{ primary: true, type: 'work', value: 't@testuser.com' }],
            meta: { resourceType: 'User' },
            name: { formatted: 'g f', familyName: 'f', givenName: 'g' },
            roles: [],
          },
        },
        expect: {
          status: 201,
          headers: { 'content-type': SCIM_JSON, location: '{{base}}/Users/{{u}}' },
          body: {
            schemas: [USER],
            id: /^[0-9a-f-]{36}$/,
            externalId: '0a21f0f2-8d2a-4f8e-bf98-7363c4aed4ef',
            userName: 'Test_User_1',
            active: true,
            emails: [{ primary: true, type: 'work', value: 't@testuser.com' }],
            meta: { resourceType: 'User', location: '{{base}}/Users/{{u}}' },
            name: { formatted: 'g f', familyName: 'f', givenName: 'g' },
            roles: ABSENT,
          },
        },
        keep: { u: 'id' },
      },
      refused(
        'once more',
        { method: 'POST', path: '/Users', body: { schemas: [USER], userName: 'Test_User_1' } },
        [409, 'uniqueness'],
      ),
      {
        name: 'with nulls, a URN that is misspelt, and attributes of the extension without their URN',
        request: {
          method: 'POST',
          path: '/Users',
          body: {
            schemas: [USER, 'urn:ietf:params:scim:schemas:extension:enterprise:2.0User'],
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
        },
        expect: {
          status: 201,
          body: {
            schemas: [USER],
            externalId: 'jyoung',
            displayName: 'Joy Young',
            emails: [{ type: 'work', value: 'jyoung@Contoso.com', primary: true }],
            addresses: ABSENT,
            phoneNumbers: ABSENT,
            preferredLanguage: ABSENT,
            title: ABSENT,
            [ENTERPRISE]: ABSENT,
          },
          not: ['null'],
        },
      },
      {
        name: 'with a role whose flag is a text, and a manager whom nobody knows',
        request: {
          method: 'POST',
          path: '/Users',
          body: {
            userName: 'a@b',
            roles: [{ primary: 'True', display: 'D', value: 'V', type: 'T' }],
            [ENTERPRISE]: { manager: { value: 'GZFD' } },
            schemas: [USER, ENTERPRISE],
          },
        },
        expect: {
          status: 201,
          body: {
            roles: [{ primary: true, display: 'D', value: 'V', type: 'T' }],
            [ENTERPRISE]: { manager: { value: 'GZFD' } },
          },
        },
      },
      {
        name: 'with an app role',
        request: {
          method: 'POST',
          path: '/Users',
          body: {
            schemas: [USER],
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
        },
        expect: {
          status: 201,
          body: {
            userName: 'alias@contoso.OnMicrosoft.com',
            roles: [{ type: 'WindowsAzureActiveDirectoryRole', value: 'Admin', display: 'Admin' }],
          },
        },
      },
      {
        name: 'with an extension that its schemas do not name',
        request: {
          method: 'POST',
          path: '/Users',
          body: { schemas: [USER], userName: 'unlisted', [ENTERPRISE]: { department: 'Tours' } },
        },
        expect: {
          status: 201,
          body: { schemas: [USER, ENTERPRISE], [ENTERPRISE]: { department: 'Tours' } },
        },
      },
    ],
  },
  {
    name: 'Entra creates groups without members',
    exchanges: [
      {
        name: 'as its documentation shows it',
        request: {
          method: 'POST',
          path: '/Groups',
          body: {
            schemas: [GROUP, ADSCIM],
            externalId: '8aa1a0c0-c4c3-4bc0-b4a5-2ef676900159',
            displayName: 'displayName',
            meta: { resourceType: 'Group' },
          },
        },
        expect: {
          status: 201,
          headers: { 'content-type': SCIM_JSON, location: '{{base}}/Groups/{{g}}' },
          body: {
            schemas: [GROUP],
            externalId: '8aa1a0c0-c4c3-4bc0-b4a5-2ef676900159',
            displayName: 'displayName',
            meta: { resourceType: 'Group', location: '{{base}}/Groups/{{g}}' },
            members: ABSENT,
          },
        },
        keep: { g: 'id' },
      },
      refused(
        'once more',
        { method: 'POST', path: '/Groups', body: { schemas: [GROUP], displayName: 'DisplayName' } },
        [409, 'uniqueness'],
      ),
    ],
  },
  {
    name: 'Entra deletes for good',
    exchanges: [
      makes('u', { userName: 'gone@contoso.com' }),
      makesGroup('g', { displayName: 'Gone', members: [{ value: '{{u}}' }] }),
      {
        name: 'a user',
        request: { method: 'DELETE', path: '/Users/{{u}}' },
        expect: { status: 204 },
      },
      refused('nobody is there', { method: 'GET', path: '/Users/{{u}}' }, [404]),
      refused('nor can be removed', { method: 'DELETE', path: '/Users/{{u}}' }, [404]),
      shows('nor is a member', '/Groups/{{g}}', { members: ABSENT }),
      {
        name: 'a group',
        request: { method: 'DELETE', path: '/Groups/{{g}}' },
        expect: { status: 204 },
      },
      refused('no group is there', { method: 'GET', path: '/Groups/{{g}}' }, [404]),
      makes('u', { userName: 'gone@contoso.com' }),
      makesGroup('g', { displayName: 'Gone' }),
    ],
  },
];
