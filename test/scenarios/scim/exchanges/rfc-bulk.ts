import { ABSENT, type Exchange, type Expected, type Story } from '../exchange.ts';
import {
  BULK,
  BULK_RESPONSE,
  ERROR,
  lists,
  makes,
  makesGroup,
  NOBODY,
  refused,
  SCIM_JSON,
  shows,
  USER,
  WEAK_TAG,
} from '../messages.ts';

const AT_USERS = /\/scim\/v2\/[^/]+\/Users\/[0-9a-f-]{36}$/;

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

/** The examples of RFC 7644 section 3.7.3. */
export const RFC_BULK: readonly Story[] = [
  {
    name: 'RFC 7644 section 3.7.3: operations of every kind',
    exchanges: [
      makes('bob', { userName: 'Robert' }),
      makes('dave', { userName: 'David', nickName: 'D' }),
      makes('gone', { userName: 'Gone' }),
      {
        name: 'the version of one',
        request: { method: 'GET', path: '/Users/{{bob}}' },
        expect: { status: 200 },
        keep: { bobTag: 'meta.version' },
      },
      {
        name: 'of another',
        request: { method: 'GET', path: '/Users/{{dave}}' },
        expect: { status: 200 },
        keep: { daveTag: 'meta.version' },
      },
      {
        name: 'of the last',
        request: { method: 'GET', path: '/Users/{{gone}}' },
        expect: { status: 200 },
        keep: { goneTag: 'meta.version' },
      },
      bulk(
        'the example, in which the data of a PATCH are its operations',
        [
          alice,
          {
            method: 'PUT',
            path: '/Users/{{bob}}',
            version: '{{bobTag}}',
            data: { schemas: [USER], id: '{{bob}}', userName: 'Bob' },
          },
          {
            method: 'PATCH',
            path: '/Users/{{dave}}',
            version: '{{daveTag}}',
            data: [
              { op: 'remove', path: 'nickName' },
              { op: 'add', path: 'userName', value: 'Dave' },
            ],
          },
          { method: 'DELETE', path: '/Users/{{gone}}', version: '{{goneTag}}' },
        ],
        [
          {
            location: AT_USERS,
            method: 'POST',
            bulkId: 'qwerty',
            version: WEAK_TAG,
            status: '201',
          },
          { location: '{{base}}/Users/{{bob}}', method: 'PUT', version: WEAK_TAG, status: '200' },
          {
            location: '{{base}}/Users/{{dave}}',
            method: 'PATCH',
            version: WEAK_TAG,
            status: '200',
          },
          { location: '{{base}}/Users/{{gone}}', method: 'DELETE', status: '204' },
        ],
        { failOnErrors: 1 },
      ),
      shows('', '/Users/{{bob}}', { userName: 'Bob' }),
      shows('', '/Users/{{dave}}', { userName: 'Dave', nickName: ABSENT }),
      refused('', { method: 'GET', path: '/Users/{{gone}}' }, [404]),
    ],
  },
  {
    name: 'RFC 7644 section 3.7.3: errors',
    exchanges: [
      makes('bob', { userName: 'Bob' }),
      bulk(
        'the first error ends it',
        [
          post('/Users', 'qwerty', { schemas: [USER] }),
          { method: 'DELETE', path: '/Users/{{bob}}' },
        ],
        [
          {
            method: 'POST',
            bulkId: 'qwerty',
            status: '400',
            location: ABSENT,
            response: {
              schemas: [ERROR],
              status: '400',
              scimType: 'invalidValue',
              detail: /userName/,
            },
          },
        ],
        { failOnErrors: 1 },
      ),
      shows('nobody was removed', '/Users/{{bob}}', { userName: 'Bob' }),
      bulk(
        'without a limit everything is tried',
        [
          post('/Users', 'qwerty', { schemas: [USER] }),
          {
            method: 'PUT',
            path: '/Users/{{bob}}',
            version: 'W/"4weymrEsh5O6cAEK"',
            data: { userName: 'Bo' },
          },
          {
            method: 'PATCH',
            path: `/Users/${NOBODY}`,
            data: { Operations: [{ op: 'add', path: 'title', value: 'T' }] },
          },
          { method: 'DELETE', path: `/Users/${NOBODY}` },
          { method: 'POST', path: '/Nothing', bulkId: 'n', data: {} },
          { method: 'PATCH', path: '/Users/{{bob}}' },
          { method: 'DELETE', path: '/Users/{{bob}}' },
        ],
        [
          { method: 'POST', bulkId: 'qwerty', status: '400' },
          {
            location: '{{base}}/Users/{{bob}}',
            method: 'PUT',
            status: '412',
            response: { schemas: [ERROR], status: '412' },
          },
          {
            location: `{{base}}/Users/${NOBODY}`,
            method: 'PATCH',
            status: '404',
            response: { status: '404' },
          },
          { location: `{{base}}/Users/${NOBODY}`, method: 'DELETE', status: '404' },
          { method: 'POST', bulkId: 'n', status: '404', location: ABSENT },
          { method: 'PATCH', status: '400', response: { scimType: 'invalidSyntax' } },
          { location: '{{base}}/Users/{{bob}}', method: 'DELETE', status: '204', response: ABSENT },
        ],
      ),
    ],
  },
  {
    name: 'RFC 7644 section 3.7: what is no bulk request changes nothing',
    exchanges: [
      ...[
        { schemas: [BULK] },
        { Operations: {} },
        { Operations: [alice, { method: 'GET', path: '/Users' }] },
        { Operations: [alice, { method: 'POST', path: '/Users', data: {} }] },
        { Operations: [alice, alice] },
        { Operations: [alice, { method: 'DELETE' }] },
        { Operations: [alice], failOnErrors: -1 },
      ].map((body) =>
        refused(JSON.stringify(body).slice(0, 60), { method: 'POST', path: '/Bulk', body }, [
          400,
          'invalidSyntax',
        ]),
      ),
      lists('nobody was created', '/Users', 0),
      refused('another method', { method: 'GET', path: '/Bulk' }, [405]),
      bulk('nothing to do', [], []),
      makesGroup('g', { displayName: 'G' }),
      bulk(
        'methods in other case, and paths with the tenant in front of nothing',
        [{ method: 'delete', path: '/groups/{{g}}' }],
        [{ method: 'DELETE', status: '204' }],
      ),
      bulk(
        'a bulk in a bulk',
        [post('/Bulk', 'b', { Operations: [] })],
        [{ bulkId: 'b', status: '404', location: ABSENT }],
      ),
    ],
  },
];
