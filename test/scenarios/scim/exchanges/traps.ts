import { ABSENT, anyOrder, type Story } from '../exchange.ts';
import {
  ENTERPRISE,
  lists,
  makes,
  makesGroup,
  NOBODY,
  patchesGroup,
  patchesUser,
  patchOf,
  refused,
  shows,
  USER,
} from '../messages.ts';

const twelve = Array.from({ length: 12 }, (_, n) => makes(`u${n}`, { userName: `user${n}@x.com` }));
const MANAGER = `${ENTERPRISE}:manager`;

/** Mistakes that other SCIM servers make. */
export const TRAPS: readonly Story[] = [
  {
    name: 'trap 01: one tenant sends both PATCH dialects, in turn and in one request',
    exchanges: [
      makes('u', { userName: 'u@x.com' }),
      patchesUser('off, flag off', '{{u}}', [{ op: 'Replace', path: 'active', value: 'False' }], {
        active: false,
      }),
      patchesUser('on, flag on', '{{u}}', [{ op: 'replace', path: 'active', value: true }], {
        active: true,
      }),
      patchesUser(
        'both at once',
        '{{u}}',
        [
          { op: 'Replace', path: 'displayName', value: 'D' },
          { op: 'replace', value: { 'name.givenName': 'G', [`${ENTERPRISE}:division`]: 'Div' } },
          { op: 'Replace', path: `${ENTERPRISE}:employeeNumber`, value: '7' },
        ],
        {
          displayName: 'D',
          name: { givenName: 'G' },
          [ENTERPRISE]: { division: 'Div', employeeNumber: '7' },
        },
      ),
    ],
  },
  {
    name: 'trap 02: a removal by a list of members takes these, not none and not all',
    exchanges: [
      makes('a', { userName: 'a' }),
      makes('b', { userName: 'b' }),
      makesGroup('g', { displayName: 'G', members: [{ value: '{{a}}' }, { value: '{{b}}' }] }),
      patchesGroup('remove one', '{{g}}', [
        { op: 'Remove', path: 'members', value: [{ $ref: null, value: '{{a}}' }] },
      ]),
      shows('the other stays', '/Groups/{{g}}', { members: [{ value: '{{b}}' }] }),
      patchesGroup('remove an empty list', '{{g}}', [{ op: 'Remove', path: 'members', value: [] }]),
      shows('takes nobody away', '/Groups/{{g}}', { members: [{ value: '{{b}}' }] }),
    ],
  },
  {
    name: 'trap 03: "False" is false, or a leaver keeps the access',
    exchanges: [
      makes('u', { userName: 'u', active: 'False' }),
      shows('created so', '/Users/{{u}}', { active: false }),
      patchesUser('switched on', '{{u}}', [{ op: 'Replace', path: 'active', value: 'True' }]),
      patchesUser('switched off', '{{u}}', [{ op: 'Replace', path: 'active', value: 'False' }], {
        active: false,
      }),
      lists('found as such', '/Users?filter=active eq "False"', 1, [{ id: '{{u}}' }]),
      refused(
        'another word is no flag',
        patchOf('/Users/{{u}}', [{ op: 'Replace', path: 'active', value: 'nope' }]),
        [400, 'invalidValue'],
      ),
      {
        name: 'a PUT without it leaves it',
        request: {
          method: 'PUT',
          path: '/Users/{{u}}',
          body: { schemas: [USER], userName: 'u', title: 'T' },
        },
        expect: { status: 200, body: { active: false, title: 'T' } },
      },
    ],
  },
  {
    name: 'trap 05: that nothing matches is no error',
    exchanges: [
      lists('a user', `/Users?filter=userName eq "${NOBODY}"`, 0, []),
      lists('a group', `/Groups?filter=displayName eq "${NOBODY}"`, 0, []),
      lists('by an id that is none', '/Users?filter=id eq "what"', 0, []),
      lists('by nothing', '/Users?filter=externalId eq ""', 0, []),
      lists('of no user at all', '/Users', 0, []),
      lists('of a member who is none', `/Groups?filter=members eq "${NOBODY}"`, 0, []),
    ],
  },
  {
    name: 'trap 06: a page past the end is empty',
    exchanges: [
      ...twelve,
      lists('past the end', '/Users?startIndex=9999&count=5', 12, []),
      lists('right behind it', '/Users?startIndex=13&count=5', 12, []),
      shows('the last one', '/Users?startIndex=12&count=5', {
        startIndex: 12,
        itemsPerPage: 1,
        totalResults: 12,
        Resources: [{ id: /./ }],
      }),
    ],
  },
  {
    name: 'trap 07: a userName in other case is the same',
    exchanges: [
      makes('u', { userName: 'Ada@X.com' }),
      refused('on creation', { method: 'POST', path: '/Users', body: { userName: 'aDA@x.COM' } }, [
        409,
        'uniqueness',
      ]),
      makes('v', { userName: 'other' }),
      refused(
        'on a change',
        patchOf('/Users/{{v}}', [{ op: 'Replace', path: 'userName', value: 'ADA@x.com' }]),
        [409, 'uniqueness'],
      ),
      patchesUser('its own may change case', '{{u}}', [
        { op: 'Replace', path: 'userName', value: 'ada@x.com' },
      ]),
      lists('one is found', '/Users?filter=userName eq "ADA@X.COM"', 1, [
        { userName: 'ada@x.com' },
      ]),
    ],
  },
  {
    name: 'trap 08: names in other case are no new attributes',
    exchanges: [
      makes('u', { USERNAME: 'u', DisplayName: 'One' }),
      shows('created', '/Users/{{u}}', {
        userName: 'u',
        displayName: 'One',
        DisplayName: ABSENT,
        USERNAME: ABSENT,
      }),
      patchesUser(
        'by path, by key, and by a sub-attribute',
        '{{u}}',
        [
          { OP: 'REPLACE', PATH: 'DisplayName', VALUE: 'Two' },
          { op: 'replace', value: { TITLE: 'T', 'NAME.GIVENNAME': 'G' } },
          { op: 'replace', path: `${ENTERPRISE.toUpperCase()}:DEPARTMENT`, value: 'D' },
        ],
        {
          displayName: 'Two',
          DisplayName: ABSENT,
          title: 'T',
          TITLE: ABSENT,
          name: { givenName: 'G' },
          [ENTERPRISE]: { department: 'D' },
        },
      ),
    ],
  },
  {
    name: 'trap 09: no path leads to a prototype',
    exchanges: [
      makes('u', { userName: 'u' }),
      ...[
        '__proto__.polluted',
        'constructor.prototype.polluted',
        '__proto__',
        'name.__proto__',
      ].map((path) =>
        refused(`the path ${path}`, patchOf('/Users/{{u}}', [{ op: 'add', path, value: 'yes' }]), [
          400,
          'invalidPath',
        ]),
      ),
      {
        name: 'nor do keys',
        request: {
          method: 'PATCH',
          path: '/Users/{{u}}',
          body: '{"Operations":[{"op":"add","value":{"__proto__":{"polluted":"yes"},"constructor.prototype.polluted":"yes","title":"T"}}]}',
        },
        expect: { status: 200, body: { title: 'T' }, not: ['polluted'] },
      },
      {
        name: 'nor does a body',
        request: {
          method: 'POST',
          path: '/Users',
          body: '{"userName":"v","__proto__":{"polluted":"yes"},"constructor":{"prototype":{"polluted":"yes"}}}',
        },
        expect: { status: 201, not: ['polluted'] },
      },
      refused('nor does a filter', { method: 'GET', path: '/Users?filter=__proto__ pr' }, [
        400,
        'invalidFilter',
      ]),
      shows('all is as it was', '/Users/{{u}}', { polluted: ABSENT }),
    ],
  },
  {
    name: 'trap 10: filters that would take for ever are refused, or are quick',
    exchanges: [
      makes('u', { userName: 'u' }),
      refused(
        'backslashes',
        {
          method: 'GET',
          path: `/Users?filter=${encodeURIComponent(`a eq "${'\\\\'.repeat(22)}`)}`,
        },
        [400, 'invalidFilter'],
      ),
      refused(
        'alternatives that multiply',
        {
          method: 'GET',
          path: `/Users?filter=${Array.from({ length: 40 }, () => '(title pr or nickName pr)').join(' and ')}`,
        },
        [400, 'tooMany'],
      ),
      refused(
        'parentheses',
        { method: 'GET', path: `/Users?filter=${'('.repeat(2_000)}title pr${')'.repeat(2_000)}` },
        [400, 'invalidFilter'],
      ),
      refused(
        'brackets in a path',
        patchOf('/Users/{{u}}', [
          { op: 'remove', path: `emails[${'('.repeat(1_000)}type pr${')'.repeat(1_000)}]` },
        ]),
        [400, 'invalidPath'],
      ),
    ],
  },
  {
    name: 'trap 11: a plus is a blank, and %2B a plus',
    exchanges: [
      makes('u', { userName: 'ada+test@x.com', displayName: 'Ada Lovelace' }),
      lists('a plus as it is sent', '/Users?filter=userName+eq+%22ada%2Btest%40x.com%22', 1, [
        { id: '{{u}}' },
      ]),
      lists('a blank', '/Users?filter=displayName+eq+%22Ada+Lovelace%22', 1, [{ id: '{{u}}' }]),
      lists('a plus that is none', '/Users?filter=userName+eq+%22ada+test%40x.com%22', 0, []),
    ],
  },
  {
    name: 'trap 12: a change of members, or a listing, does not send the members',
    exchanges: [
      makes('a', { userName: 'a' }),
      makesGroup('g', { displayName: 'G', members: [{ value: '{{a}}' }] }),
      lists('a listing', '/Groups', 1, [{ members: ABSENT }]),
      patchesGroup('a change', '{{g}}', [
        { op: 'Add', path: 'members', value: [{ value: '{{a}}' }] },
      ]),
      lists('asked for by name', '/Groups?attributes=members', 1, [
        { members: [{ value: '{{a}}' }], displayName: ABSENT },
      ]),
    ],
  },
  {
    name: 'trap 13: who lost the answer of a POST gets 409, and links what is there',
    exchanges: [
      makes('u', { userName: 'u@x.com', externalId: 'e1' }),
      refused(
        'sent again',
        {
          method: 'POST',
          path: '/Users',
          body: { schemas: [USER], userName: 'u@x.com', externalId: 'e1' },
        },
        [409, 'uniqueness'],
      ),
      lists('the next cycle finds it', '/Users?filter=userName eq "u@x.com"', 1, [
        { id: '{{u}}', externalId: 'e1' },
      ]),
      patchesUser('and goes on', '{{u}}', [{ op: 'Replace', path: 'displayName', value: 'U' }]),
      makesGroup('g', { displayName: 'G' }),
      refused('a group as well', { method: 'POST', path: '/Groups', body: { displayName: 'G' } }, [
        409,
        'uniqueness',
      ]),
    ],
  },
  {
    name: 'trap 15: a disabled user is found and stays a member',
    exchanges: [
      makes('u', { userName: 'u@x.com', externalId: 'e' }),
      makesGroup('g', { displayName: 'G', members: [{ value: '{{u}}' }] }),
      patchesUser('disabled', '{{u}}', [{ op: 'Replace', path: 'active', value: false }]),
      lists('by name', '/Users?filter=userName eq "u@x.com"', 1, [{ id: '{{u}}', active: false }]),
      lists('by externalId', '/Users?filter=externalId eq "e"', 1, [{ id: '{{u}}' }]),
      lists('among all', '/Users', 1, [{ id: '{{u}}', active: false }]),
      shows('by id', '/Users/{{u}}', { active: false, groups: [{ value: '{{g}}' }] }),
      shows('as a member', '/Groups/{{g}}', { members: [{ value: '{{u}}' }] }),
      patchesUser('restored', '{{u}}', [{ op: 'Replace', path: 'active', value: 'True' }], {
        active: true,
        groups: [{ value: '{{g}}' }],
      }),
    ],
  },
  {
    name: 'trap 16: an extension need not be named, and an empty one is left out',
    exchanges: [
      {
        name: 'named, and empty',
        request: {
          method: 'POST',
          path: '/Users',
          body: { schemas: [USER, ENTERPRISE], userName: 'u', [ENTERPRISE]: {} },
        },
        expect: { status: 201, body: { schemas: [USER], [ENTERPRISE]: ABSENT } },
        keep: { u: 'id' },
      },
      {
        name: 'not named, and given',
        request: {
          method: 'POST',
          path: '/Users',
          body: { userName: 'v', [ENTERPRISE]: { costCenter: '1' } },
        },
        expect: { status: 201, body: { schemas: [USER, ENTERPRISE] } },
      },
      {
        name: 'schemas of somebody else',
        request: {
          method: 'POST',
          path: '/Users',
          body: {
            schemas: ['urn:example:2.0:Thing'],
            userName: 'w',
            'urn:example:2.0:Thing': { a: 1 },
          },
        },
        expect: { status: 201, body: { schemas: [USER] }, not: ['urn:example'] },
      },
      patchesUser('given and taken', '{{u}}', [
        { op: 'add', path: MANAGER, value: 'm' },
        { op: 'replace', path: MANAGER, value: '' },
      ]),
      shows('nothing of it', '/Users/{{u}}', { schemas: [USER], [ENTERPRISE]: ABSENT }),
    ],
  },
  {
    name: 'trap 17: id, meta and groups of a client are passed over',
    exchanges: [
      makesGroup('g', { displayName: 'G' }),
      {
        name: 'on creation',
        request: {
          method: 'POST',
          path: '/Users',
          body: {
            id: 'mine',
            userName: 'u',
            meta: { resourceType: 'Group', location: 'http://elsewhere', created: '1999' },
            groups: [{ value: '{{g}}' }],
          },
        },
        expect: {
          status: 201,
          body: {
            meta: { resourceType: 'User', location: '{{base}}/Users/{{u}}' },
            groups: ABSENT,
          },
          not: ['"mine"', 'elsewhere', '1999'],
        },
        keep: { u: 'id' },
      },
      {
        name: 'on replacement',
        request: {
          method: 'PUT',
          path: '/Users/{{u}}',
          body: { id: 'mine', userName: 'u', meta: { version: 'x' }, groups: [{ value: '{{g}}' }] },
        },
        expect: { status: 200, body: { id: '{{u}}', groups: ABSENT } },
      },
      patchesUser(
        'in a value without a path',
        '{{u}}',
        [{ op: 'replace', value: { id: 'mine', meta: { version: 'x' }, groups: [], title: 'T' } }],
        { id: '{{u}}', title: 'T' },
      ),
    ],
  },
  {
    name: 'trap 18: an externalId has its case, and may be had twice',
    exchanges: [
      makes('u', { userName: 'u', externalId: 'Abc' }),
      makes('v', { userName: 'v', externalId: 'abc' }),
      makes('w', { userName: 'w', externalId: 'abc' }),
      lists('one', '/Users?filter=externalId eq "Abc"', 1, [{ id: '{{u}}' }]),
      lists(
        'the others',
        '/Users?filter=externalId eq "abc"',
        2,
        anyOrder({ id: '{{v}}' }, { id: '{{w}}' }),
      ),
      lists('none', '/Users?filter=externalId eq "ABC"', 0, []),
    ],
  },
];
