import { ABSENT, type Exchange, type Story } from '../exchange.ts';
import { ERROR, LIST, makes, patchesUser, refused, SCIM_JSON, shows, USER } from '../messages.ts';

const unauthorized = (name: string, bearer: string | null, path = '/Users'): Exchange => ({
  name,
  request: { method: 'GET', path, bearer },
  expect: {
    status: 401,
    headers: { 'content-type': SCIM_JSON, 'www-authenticate': /^Bearer/ },
    body: { schemas: [ERROR], status: '401', detail: /./, scimType: ABSENT },
  },
});

/** A test with so many parentheses around it. */
const nested = (depth: number) => `${'('.repeat(depth)}title pr${')'.repeat(depth)}`;
/** A body of so many bytes. */
const text = (bytes: number) => JSON.stringify({ userName: 'u', title: 'x'.repeat(bytes - 27) });

/** What is refused, how, and where the limits are (RFC 7644 section 3.12). */
export const ERRORS: readonly Story[] = [
  {
    name: 'without a credential nothing is told',
    exchanges: [
      unauthorized('none', null),
      unauthorized('a wrong one', 'nonsense'),
      unauthorized(
        'one that looks right',
        'MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTpBQUFBQUFBQUFBQUFBQUFBQUE=',
      ),
      unauthorized('of an address that is none', null, '/Nothing'),
      unauthorized('of what the service can do', null, '/ServiceProviderConfig'),
      shows('a good one, for comparison', '/Users', { schemas: [LIST] }),
    ],
  },
  {
    name: 'what is not there is 404, and what is not done 405 or 501',
    exchanges: [
      makes('u', { userName: 'u' }),
      refused('an endpoint', { method: 'GET', path: '/Devices' }, [404, ABSENT]),
      refused('below a user', { method: 'GET', path: '/Users/{{u}}/groups' }, [404]),
      refused('a broken escape', { method: 'GET', path: '/Users/%E0%A4%A' }, [404]),
      refused('a POST to a user', { method: 'POST', path: '/Users/{{u}}', body: {} }, [405]),
      refused('a PUT to users', { method: 'PUT', path: '/Users', body: {} }, [405]),
      refused('a DELETE of users', { method: 'DELETE', path: '/Users' }, [405]),
      refused('a PATCH of groups', { method: 'PATCH', path: '/Groups', body: {} }, [405]),
      refused('a POST to the root', { method: 'POST', path: '/', body: {} }, [405]),
      refused('who am I', { method: 'GET', path: '/Me' }, [501]),
      refused('change me', { method: 'PATCH', path: '/Me', body: {} }, [501]),
      refused('below me', { method: 'GET', path: '/me/groups' }, [501]),
      shows('nothing happened', '/Users/{{u}}', { userName: 'u' }),
    ],
  },
  {
    name: 'a body that is none is refused',
    exchanges: [
      makes('u', { userName: 'u' }),
      ...['', '{', 'null', '[]', '"text"', '{"userName":"v"} x'].map((body) =>
        refused(`created of ${body || 'nothing'}`, { method: 'POST', path: '/Users', body }, [
          400,
          'invalidSyntax',
        ]),
      ),
      ...['', '{', 'null', '[]', '{"Operations":[1]}', '{"Operations":[null]}'].map((body) =>
        refused(
          `changed by ${body || 'nothing'}`,
          { method: 'PATCH', path: '/Users/{{u}}', body },
          [400, 'invalidSyntax'],
        ),
      ),
      refused('replaced by nothing', { method: 'PUT', path: '/Users/{{u}}', body: '' }, [
        400,
        'invalidSyntax',
      ]),
    ],
  },
  {
    name: 'values of the wrong type are refused, and the error does not repeat them',
    exchanges: [
      makes('u', { userName: 'u' }),
      ...[
        { userName: 'v', active: 'secret-value' },
        { userName: 'v', name: 'secret-value' },
        { userName: 'v', emails: [{ value: ['secret-value', 'b'] }] },
        { userName: { value: 'secret-value' } },
        { userName: ' ', title: 'secret-value' },
      ].map((body) => ({
        name: JSON.stringify(body),
        request: { method: 'POST', path: '/Users', body: { schemas: [USER], ...body } },
        expect: {
          status: 400,
          headers: { 'content-type': SCIM_JSON },
          body: { schemas: [ERROR], scimType: 'invalidValue', status: '400', detail: /./ },
          not: ['secret-value'],
        },
      })),
      {
        name: 'nor those of a filter',
        request: { method: 'GET', path: '/Users?filter=active eq "secret-value"' },
        expect: { status: 400, body: { scimType: 'invalidFilter' }, not: ['secret-value'] },
      },
      {
        name: 'a password is taken, and kept nowhere',
        request: {
          method: 'POST',
          path: '/Users',
          body: { userName: 'w', password: 'secret-value' },
        },
        expect: { status: 201, not: ['secret-value', 'password'] },
      },
    ],
  },
  {
    name: 'limits',
    exchanges: [
      makes('u', { userName: 'limited' }),
      refused(
        'a body of more than 1 MB',
        { method: 'POST', path: '/Users', body: text(1_048_577) },
        [413],
      ),
      refused(
        'a filter of more than 4,096 characters',
        { method: 'GET', path: `/Users?filter=title eq "${'x'.repeat(4_086)}"` },
        [400, 'invalidFilter'],
      ),
      shows('one of 4,096', `/Users?filter=title eq "${'x'.repeat(4_085)}"`, { totalResults: 0 }),
      refused(
        'the same in a search',
        {
          method: 'POST',
          path: '/.search',
          body: { filter: `displayName eq "${'x'.repeat(4_086)}"` },
        },
        [400, 'invalidFilter'],
      ),
      shows('a filter of depth 16', `/Users?filter=${nested(16)}`, { totalResults: 0 }),
      refused('of depth 17', { method: 'GET', path: `/Users?filter=${nested(17)}` }, [
        400,
        'invalidFilter',
      ]),
      refused(
        'a bulk of 1,001 operations',
        {
          method: 'POST',
          path: '/Bulk',
          body: {
            Operations: Array.from({ length: 1_001 }, () => ({
              method: 'DELETE',
              path: '/Users/{{u}}',
            })),
          },
        },
        [413],
      ),
      refused(
        'a PATCH of 1,001 operations',
        {
          method: 'PATCH',
          path: '/Users/{{u}}',
          body: {
            Operations: Array.from({ length: 1_001 }, () => ({
              op: 'replace',
              path: 'title',
              value: 'T',
            })),
          },
        },
        [413],
      ),
      refused(
        'a body that is nested deeply',
        {
          method: 'POST',
          path: '/Users',
          body: `{"userName":"v","x":${'['.repeat(40)}${']'.repeat(40)}}`,
        },
        [400, 'invalidSyntax'],
      ),
      shows('all is as it was', '/Users/{{u}}', { userName: 'limited', title: ABSENT }),
    ],
  },
  {
    name: 'a body is JSON whatever it is called, and an answer is application/scim+json',
    exchanges: [
      ...[
        'application/scim+json',
        'application/scim+json; charset=utf-8',
        'application/json',
        'text/plain;charset=UTF-8',
        'application/x-www-form-urlencoded',
        'nonsense',
      ].map((type, at) => ({
        name: type,
        request: {
          method: 'POST',
          path: '/Users',
          headers: { 'content-type': type },
          body: { userName: `u${at}` },
        },
        expect: {
          status: 201,
          headers: { 'content-type': SCIM_JSON, 'cache-control': /no-cache/ },
          body: { userName: `u${at}` },
        },
        keep: { u: 'id' },
      })),
      ...['application/json', '*/*', 'text/html'].map((accept) => ({
        name: `asked for as ${accept}`,
        request: { method: 'GET', path: '/Users/{{u}}', headers: { accept } },
        expect: { status: 200, headers: { 'content-type': SCIM_JSON } },
      })),
      patchesUser('a PATCH of nothing', '{{u}}', [], { id: '{{u}}' }),
      {
        name: 'with a byte order mark in front',
        request: { method: 'POST', path: '/Users', body: '\uFEFF{"userName":"marked"}' },
        expect: { status: 201, body: { userName: 'marked' } },
      },
    ],
  },
];
