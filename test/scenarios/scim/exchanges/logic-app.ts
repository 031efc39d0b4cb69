import { ABSENT, among, type Story } from '../exchange.ts';
import {
  ENTERPRISE,
  GROUP,
  lists,
  makes,
  makesGroup,
  patchesGroup,
  patchesUser,
  shows,
  USER,
} from '../messages.ts';

const MANAGER = `${ENTERPRISE}:manager`;
const ROLE = { type: 'WindowsAzureActiveDirectoryRole', display: 'User', value: 'User' };
const eleven = (make: typeof makes, attribute: string) =>
  Array.from({ length: 11 }, (_, n) => make(`r${n}`, { [attribute]: `paged ${n}` }));
const pages = (path: string) =>
  (
    [
      [1, 5],
      [6, 5],
      [11, 1],
      [16, 0],
    ] as const
  ).map(([startIndex, items]) =>
    shows(`from ${startIndex}`, `${path}?startIndex=${startIndex}&count=5`, {
      totalResults: 11,
      startIndex,
      itemsPerPage: items,
      Resources: Array.from({ length: items }, () => ({ id: /./ })),
    }),
  );

const named = (...names: string[]) => among(...names.map((name) => ({ name })));

/** The checks of Microsoft's Logic App template that speak to the service itself. */
export const LOGIC_APP: readonly Story[] = [
  {
    name: 'Logic App: every attribute that is mapped by default can be discovered',
    exchanges: [
      shows('of users', `/Schemas/${USER}`, {
        id: USER,
        attributes: among(
          { name: 'active', type: 'boolean' },
          { name: 'name', subAttributes: named('givenName', 'familyName', 'formatted') },
          { name: 'emails', multiValued: true, subAttributes: named('type', 'value', 'primary') },
          { name: 'phoneNumbers', subAttributes: named('type', 'value') },
          {
            name: 'addresses',
            subAttributes: named('streetAddress', 'locality', 'region', 'postalCode', 'country'),
          },
          ...['userName', 'externalId', 'displayName', 'title', 'preferredLanguage'].map(
            (name) => ({ name, type: 'string', multiValued: false }),
          ),
        ),
      }),
      shows('of the extension', `/Schemas/${ENTERPRISE}`, {
        attributes: among(
          { name: 'employeeNumber' },
          { name: 'department' },
          { name: 'manager', type: 'complex', multiValued: false, subAttributes: named('value') },
        ),
      }),
      shows('of groups', `/Schemas/${GROUP}`, {
        attributes: among(
          { name: 'displayName' },
          { name: 'externalId' },
          { name: 'members', multiValued: true, subAttributes: named('value') },
        ),
      }),
    ],
  },
  {
    name: 'Logic App: an update by nothing',
    exchanges: [
      makes('u', { userName: 'u', title: 'T', nickName: 'N' }),
      patchesUser('a blank text and null', '{{u}}', [
        { op: 'replace', path: 'title', value: '' },
        { op: 'replace', path: 'nickName', value: null },
      ]),
      shows('both are gone', '/Users/{{u}}', { title: ABSENT, nickName: ABSENT }),
    ],
  },
  {
    name: 'Logic App: a user is created and updated',
    exchanges: [
      {
        name: 'created',
        request: {
          method: 'POST',
          path: '/Users',
          body: {
            schemas: [USER, ENTERPRISE],
            userName: 'logic@contoso.com',
            active: true,
            displayName: 'Logic App',
            name: { givenName: 'Logic', familyName: 'App' },
            emails: [{ primary: true, type: 'work', value: 'logic@contoso.com' }],
            roles: [ROLE],
            [ENTERPRISE]: { employeeNumber: '1', department: 'IT' },
          },
        },
        expect: { status: 201, body: { userName: 'logic@contoso.com', roles: [ROLE] } },
        keep: { u: 'id' },
      },
      patchesUser(
        'updated',
        '{{u}}',
        [
          { op: 'replace', path: 'displayName', value: 'Logic App 2' },
          { op: 'replace', path: `${ENTERPRISE}:department`, value: 'HR' },
        ],
        { displayName: 'Logic App 2', [ENTERPRISE]: { department: 'HR', employeeNumber: '1' } },
      ),
      lists('found', '/Users?filter=userName eq "logic@contoso.com"', 1, [
        { displayName: 'Logic App 2', active: true },
      ]),
    ],
  },
  {
    name: 'Logic App: a group is created and updated',
    exchanges: [
      makes('u', { userName: 'u' }),
      {
        name: 'created',
        request: {
          method: 'POST',
          path: '/Groups',
          body: { schemas: [GROUP], displayName: 'Logic', members: [] },
        },
        expect: { status: 201, body: { displayName: 'Logic', members: ABSENT } },
        keep: { g: 'id' },
      },
      patchesGroup('updated', '{{g}}', [
        { op: 'replace', path: 'displayName', value: 'Logic 2' },
        { op: 'add', path: 'members', value: [{ value: '{{u}}' }] },
      ]),
      shows('read back', '/Groups/{{g}}', {
        displayName: 'Logic 2',
        members: [{ value: '{{u}}' }],
      }),
    ],
  },
  {
    name: 'Logic App: users page by page, the index echoed',
    exchanges: [...eleven(makes, 'userName'), ...pages('/Users')],
  },
  {
    name: 'Logic App: groups page by page, the index echoed',
    exchanges: [...eleven(makesGroup, 'displayName'), ...pages('/Groups')],
  },
  {
    name: 'Logic App: a manager is set, changed and cleared',
    exchanges: [
      makes('m', { userName: 'm' }),
      makes('n', { userName: 'n' }),
      makes('u', { userName: 'u' }),
      ...(['m', 'n'] as const).flatMap((name) => [
        patchesUser('set', '{{u}}', [{ op: 'replace', path: MANAGER, value: `{{${name}}}` }]),
        shows('', '/Users/{{u}}', { [ENTERPRISE]: { manager: { value: `{{${name}}}` } } }),
      ]),
      patchesUser('cleared', '{{u}}', [{ op: 'replace', path: MANAGER, value: '' }]),
      shows('', '/Users/{{u}}', { [ENTERPRISE]: ABSENT }),
    ],
  },
];
