import { ABSENT, anyOrder, type Exchange, type Expected, type Story } from '../exchange.ts';
import {
  BULK,
  BULK_RESPONSE,
  ENTERPRISE,
  GROUP,
  lists,
  SCIM_JSON,
  shows,
  USER,
  WEAK_TAG,
} from '../messages.ts';

const AT_USERS = /\/scim\/v2\/[^/]+\/Users\/[0-9a-f-]{36}$/;
const AT_GROUPS = /\/scim\/v2\/[^/]+\/Groups\/[0-9a-f-]{36}$/;

function bulk(
  name: string,
  operations: readonly unknown[],
  answered: readonly Expected[],
  more: { readonly failOnErrors?: number; readonly keep?: Readonly<Record<string, string>> } = {},
): Exchange {
  const { failOnErrors, keep } = more;
  const body = { schemas: [BULK], ...(failOnErrors && { failOnErrors }), Operations: operations };
  return {
    name,
    request: { method: 'POST', path: '/Bulk', body },
    expect: {
      status: 200,
      headers: { 'content-type': SCIM_JSON },
      body: { schemas: [BULK_RESPONSE], Operations: answered },
    },
    ...(keep && { keep }),
  };
}

const post = (path: string, bulkId: string, data: unknown) => ({
  method: 'POST',
  path,
  bulkId,
  data,
});
const alice = post('/Users', 'qwerty', { schemas: [USER], userName: 'Alice' });

/** The examples of RFC 7644 sections 3.7.1 and 3.7.2. */
export const RFC_BULK_REFERENCES: readonly Story[] = [
  {
    name: 'RFC 7644 section 3.7.2: a new user and a group that has it',
    exchanges: [
      bulk(
        'the example',
        [
          alice,
          post('/Groups', 'ytrewq', {
            schemas: [GROUP],
            displayName: 'Tour Guides',
            members: [{ type: 'User', value: 'bulkId:qwerty' }],
          }),
        ],
        [
          {
            location: AT_USERS,
            method: 'POST',
            bulkId: 'qwerty',
            version: WEAK_TAG,
            status: '201',
          },
          {
            location: AT_GROUPS,
            method: 'POST',
            bulkId: 'ytrewq',
            version: WEAK_TAG,
            status: '201',
          },
        ],
      ),
      lists('the user', '/Users?filter=userName eq "Alice"', 1, [{ id: '{{alice}}' }]),
      lists('the group', '/Groups?attributes=members,displayName', 1, [
        { displayName: 'Tour Guides', members: [{ type: 'User', value: '{{alice}}' }] },
      ]),
    ].map((exchange, at) =>
      at === 1 ? { ...exchange, keep: { alice: 'Resources.0.id' } } : exchange,
    ),
  },
  {
    name: 'RFC 7644 section 3.7.2: who is referred to may come later',
    exchanges: [
      bulk(
        'the group first, and a manager',
        [
          post('/Groups', 'g', { displayName: 'G', members: [{ value: 'bulkId:b' }] }),
          post('/Users', 'b', {
            userName: 'Bob',
            [ENTERPRISE]: { employeeNumber: '11250', manager: { value: 'bulkId:a' } },
          }),
          post('/Users', 'a', { userName: 'Alice' }),
          {
            method: 'PATCH',
            path: '/Groups/bulkId:g',
            data: { Operations: [{ op: 'add', path: 'members', value: [{ value: 'bulkId:a' }] }] },
          },
        ],
        [
          { location: AT_GROUPS, bulkId: 'g', status: '201' },
          { location: AT_USERS, bulkId: 'b', status: '201' },
          { location: AT_USERS, bulkId: 'a', status: '201' },
          { method: 'PATCH', location: AT_GROUPS, version: WEAK_TAG, status: '204' },
        ],
      ),
      {
        name: 'the manager',
        request: { method: 'GET', path: '/Users?filter=userName eq "Alice"' },
        expect: { status: 200 },
        keep: { a: 'Resources.0.id' },
      },
      {
        name: 'the report',
        request: { method: 'GET', path: '/Users?filter=userName eq "Bob"' },
        expect: {
          status: 200,
          body: { Resources: [{ [ENTERPRISE]: { manager: { value: '{{a}}' } } }] },
        },
        keep: { b: 'Resources.0.id' },
      },
      lists('the members', '/Groups?attributes=members', 1, [
        { members: anyOrder({ value: '{{a}}' }, { value: '{{b}}' }) },
      ]),
      bulk(
        'a reference to nothing',
        [post('/Groups', 'h', { displayName: 'H', members: [{ value: 'bulkId:nothing' }] })],
        [
          {
            method: 'POST',
            bulkId: 'h',
            status: '409',
            location: ABSENT,
            response: { status: '409' },
          },
        ],
      ),
      bulk(
        'a reference to what was not created',
        [
          post('/Users', 'x', { userName: 'ALICE' }),
          post('/Groups', 'h', { displayName: 'H', members: [{ value: 'bulkId:x' }] }),
        ],
        [
          { bulkId: 'x', status: '409', response: { scimType: 'uniqueness' } },
          { bulkId: 'h', status: '409' },
        ],
      ),
      lists('makes no group', '/Groups', 1),
    ],
  },
  {
    name: 'RFC 7644 section 3.7.1: groups that have each other',
    exchanges: [
      bulk(
        'the example',
        [
          post('/Groups', 'qwerty', {
            schemas: [GROUP],
            displayName: 'Group A',
            members: [{ type: 'Group', value: 'bulkId:ytrewq' }],
          }),
          post('/Groups', 'ytrewq', {
            schemas: [GROUP],
            displayName: 'Group B',
            members: [{ type: 'Group', value: 'bulkId:qwerty' }],
          }),
        ],
        [
          {
            location: AT_GROUPS,
            method: 'POST',
            bulkId: 'qwerty',
            version: WEAK_TAG,
            status: '201',
          },
          {
            location: AT_GROUPS,
            method: 'POST',
            bulkId: 'ytrewq',
            version: WEAK_TAG,
            status: '201',
          },
        ],
      ),
      {
        name: 'the first',
        request: { method: 'GET', path: '/Groups?filter=displayName eq "Group A"' },
        expect: { status: 200, body: { totalResults: 1 } },
        keep: { a: 'Resources.0.id' },
      },
      {
        name: 'the second',
        request: { method: 'GET', path: '/Groups?filter=displayName eq "Group B"' },
        expect: { status: 200, body: { totalResults: 1 } },
        keep: { b: 'Resources.0.id' },
      },
      shows('the first has the second', '/Groups/{{a}}', {
        members: [{ value: '{{b}}', type: 'Group', $ref: '{{base}}/Groups/{{b}}' }],
      }),
      shows('the second has the first', '/Groups/{{b}}', {
        members: [{ value: '{{a}}', type: 'Group' }],
      }),
      bulk(
        'users who manage each other, and one who manages himself',
        [
          post('/Users', 'u', { userName: 'u', title: 'T', [ENTERPRISE]: { manager: 'bulkId:v' } }),
          post('/Users', 'v', {
            userName: 'v',
            [ENTERPRISE]: { department: 'D', manager: { value: 'bulkId:u' } },
          }),
          post('/Users', 'w', { userName: 'w', [ENTERPRISE]: { manager: { value: 'bulkId:w' } } }),
        ],
        [{ status: '201' }, { status: '201' }, { status: '201' }],
      ),
      {
        name: 'the first user',
        request: { method: 'GET', path: '/Users?filter=userName eq "u"' },
        expect: { status: 200, body: { totalResults: 1 } },
        keep: { u: 'Resources.0.id' },
      },
      lists('is managed by the second', '/Users?filter=userName eq "v"', 1, [
        { [ENTERPRISE]: { department: 'D', manager: { value: '{{u}}' } } },
      ]),
      lists('nothing waits any more', '/Users?filter=manager sw "bulkId:"', 0),
    ],
  },
];
