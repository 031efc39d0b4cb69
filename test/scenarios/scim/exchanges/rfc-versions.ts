import type { Story } from '../exchange.ts';
import { makes, patchOf, refused, shows, WEAK_TAG } from '../messages.ts';

/** The examples of RFC 7644 section 3.14. */
export const RFC_VERSIONS: readonly Story[] = [
  {
    name: 'RFC 7644 section 3.14: versions',
    exchanges: [
      {
        name: 'a new user has one',
        request: {
          method: 'POST',
          path: '/Users',
          body: { userName: 'bjensen', displayName: 'B' },
        },
        expect: {
          status: 201,
          headers: { etag: '{{tag}}' },
          body: { meta: { version: '{{tag}}' } },
        },
        keep: { u: 'id', tag: 'meta.version' },
      },
      {
        name: 'the example: it has not changed',
        request: {
          method: 'GET',
          path: '/Users/{{u}}?attributes=displayName',
          headers: { 'if-none-match': '{{tag}}' },
        },
        expect: { status: 304, headers: { etag: '{{tag}}' } },
      },
      {
        name: 'a PATCH of this version',
        request: {
          ...patchOf('/Users/{{u}}', [{ op: 'replace', path: 'displayName', value: 'C' }]),
          headers: { 'if-match': '{{tag}}' },
        },
        expect: { status: 200, headers: { etag: '{{second}}' } },
        keep: { second: 'meta.version' },
      },
      {
        name: 'it has changed',
        request: {
          method: 'GET',
          path: '/Users/{{u}}?attributes=displayName',
          headers: { 'if-none-match': '{{tag}}' },
        },
        expect: { status: 200, body: { displayName: 'C' }, headers: { etag: '{{second}}' } },
      },
      ...(['PUT', 'PATCH', 'DELETE'] as const).map((method) =>
        refused(
          `a ${method} of the old version`,
          {
            method,
            path: '/Users/{{u}}',
            headers: { 'if-match': '{{tag}}' },
            ...(method === 'PUT' && { body: { userName: 'bjensen' } }),
            ...(method === 'PATCH' && {
              body: { Operations: [{ op: 'add', path: 'title', value: 'T' }] },
            }),
          },
          [412],
        ),
      ),
      {
        name: 'one of several versions',
        request: {
          method: 'PUT',
          path: '/Users/{{u}}',
          headers: { 'if-match': 'W/"one", {{second}}' },
          body: { userName: 'bjensen', displayName: 'D' },
        },
        expect: { status: 200, body: { displayName: 'D' } },
      },
      {
        name: 'whatever version',
        request: { method: 'DELETE', path: '/Users/{{u}}', headers: { 'if-match': '*' } },
        expect: { status: 204 },
      },
      makes('a', { userName: 'a' }),
      {
        name: 'a group',
        request: { method: 'POST', path: '/Groups', body: { displayName: 'G' } },
        expect: { status: 201 },
        keep: { g: 'id', gtag: 'meta.version' },
      },
      {
        name: 'has another version when its members change',
        request: {
          ...patchOf('/Groups/{{g}}', [
            { op: 'add', path: 'members', value: [{ value: '{{a}}' }] },
          ]),
          headers: { 'if-match': '{{gtag}}' },
        },
        expect: { status: 204, headers: { etag: WEAK_TAG } },
      },
      refused(
        'so that the old one is refused',
        {
          ...patchOf('/Groups/{{g}}', [{ op: 'remove', path: 'members' }]),
          headers: { 'if-match': '{{gtag}}' },
        },
        [412],
      ),
      shows('and changes nothing', '/Groups/{{g}}', { members: [{ value: '{{a}}' }] }),
    ],
  },
];
