import { ABSENT, type Story } from '../exchange.ts';
import { ENTERPRISE, LIST, lists, makes, makesGroup, NOBODY, refused, shows } from '../messages.ts';

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
