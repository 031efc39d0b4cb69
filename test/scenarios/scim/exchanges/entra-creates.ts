import { ABSENT, type Story } from '../exchange.ts';
import { ENTERPRISE, GROUP, refused, SCIM_JSON, USER } from '../messages.ts';

const ADSCIM = 'http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group';

/** What Entra's provisioning service creates (Microsoft docs: develop and plan a SCIM endpoint). */
export const ENTRA_CREATES: readonly Story[] = [
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
];
