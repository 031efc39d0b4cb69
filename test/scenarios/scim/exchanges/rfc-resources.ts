import { ABSENT, type Story } from '../exchange.ts';
import {
  ENTERPRISE,
  makes,
  makesGroup,
  NOBODY,
  patchOf,
  refused,
  SCIM_JSON,
  shows,
  USER,
  WEAK_TAG,
} from '../messages.ts';

const NAME = { formatted: 'Ms. Barbara J Jensen III', familyName: 'Jensen', givenName: 'Barbara' };
const BJENSEN = { schemas: [USER], userName: 'bjensen', externalId: 'bjensen', name: NAME };
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/;

const bjensen = makes('u', {
  ...BJENSEN,
  displayName: 'Babs',
  phoneNumbers: [{ value: '555-555-8377', type: 'work' }],
  emails: [{ value: 'bjensen@example.com', type: 'work' }],
});

/** The examples of RFC 7644 about single resources, section by section. */
export const RFC_RESOURCES: readonly Story[] = [
  {
    name: 'RFC 7644 section 3.3: a user is created',
    exchanges: [
      {
        name: 'the example',
        request: {
          method: 'POST',
          path: '/Users',
          headers: { 'content-type': 'application/scim+json', accept: 'application/scim+json' },
          body: BJENSEN,
        },
        expect: {
          status: 201,
          headers: {
            'content-type': SCIM_JSON,
            location: '{{base}}/Users/{{u}}',
            etag: WEAK_TAG,
          },
          body: {
            schemas: [USER],
            id: '{{u}}',
            externalId: 'bjensen',
            meta: {
              resourceType: 'User',
              created: TIME,
              lastModified: '{{created}}',
              location: '{{base}}/Users/{{u}}',
              version: '{{tag}}',
            },
            name: NAME,
            userName: 'bjensen',
          },
        },
        keep: { u: 'id', created: 'meta.created', tag: 'header:etag' },
      },
      refused('a duplicate', { method: 'POST', path: '/Users', body: BJENSEN }, [
        409,
        'uniqueness',
      ]),
      refused('without its name', { method: 'POST', path: '/Users', body: { schemas: [USER] } }, [
        400,
        'invalidValue',
      ]),
      {
        name: 'null and [] are as good as absent',
        request: {
          method: 'POST',
          path: '/Users',
          body: { userName: 'other', title: null, emails: [], name: {} },
        },
        expect: {
          status: 201,
          body: { title: ABSENT, emails: ABSENT, name: ABSENT, active: true },
        },
      },
    ],
  },
  {
    name: 'RFC 7644 section 3.4.1: a known resource is read',
    exchanges: [
      bjensen,
      {
        name: 'the example',
        request: {
          method: 'GET',
          path: '/Users/{{u}}',
          headers: { accept: 'application/scim+json' },
        },
        expect: {
          status: 200,
          headers: { 'content-type': SCIM_JSON, location: '{{base}}/Users/{{u}}', etag: WEAK_TAG },
          body: {
            schemas: [USER],
            id: '{{u}}',
            externalId: 'bjensen',
            meta: { resourceType: 'User', location: '{{base}}/Users/{{u}}', version: WEAK_TAG },
            name: NAME,
            userName: 'bjensen',
            phoneNumbers: [{ value: '555-555-8377', type: 'work' }],
            emails: [{ value: 'bjensen@example.com', type: 'work' }],
          },
        },
      },
      shows('a slash at the end means nothing', '/Users/{{u}}/', { id: '{{u}}' }),
      shows('nor does the case of the endpoint', '/users/{{u}}', { id: '{{u}}' }),
    ],
  },
  {
    name: 'RFC 7644 section 3.5.1: a user is replaced',
    exchanges: [
      bjensen,
      {
        name: 'the example',
        request: {
          method: 'PUT',
          path: '/Users/{{u}}',
          body: {
            schemas: [USER],
            id: '{{u}}',
            userName: 'bjensen',
            externalId: 'bjensen',
            name: { ...NAME, middleName: 'Jane' },
            roles: [],
            emails: [{ value: 'bjensen@example.com' }, { value: 'babs@jensen.org' }],
          },
        },
        expect: {
          status: 200,
          headers: { 'content-type': SCIM_JSON, location: '{{base}}/Users/{{u}}', etag: WEAK_TAG },
          body: {
            schemas: [USER],
            id: '{{u}}',
            userName: 'bjensen',
            externalId: 'bjensen',
            name: { ...NAME, middleName: 'Jane' },
            roles: ABSENT,
            emails: [{ value: 'bjensen@example.com' }, { value: 'babs@jensen.org' }],
            phoneNumbers: ABSENT,
            displayName: ABSENT,
            meta: { resourceType: 'User', version: WEAK_TAG, location: '{{base}}/Users/{{u}}' },
          },
        },
      },
      refused(
        'a PUT makes nothing',
        { method: 'PUT', path: `/Users/${NOBODY}`, body: BJENSEN },
        [404],
      ),
      refused('without its name', { method: 'PUT', path: '/Users/{{u}}', body: { title: 'T' } }, [
        400,
        'invalidValue',
      ]),
      makes('v', { userName: 'taken' }),
      refused(
        'by a name that is taken',
        { method: 'PUT', path: '/Users/{{u}}', body: { userName: 'TAKEN' } },
        [409, 'uniqueness'],
      ),
    ],
  },
  {
    name: 'RFC 7644 section 3.5.1: a group is replaced, its members only where they are named',
    exchanges: [
      makes('a', { userName: 'a' }),
      makes('b', { userName: 'b' }),
      makesGroup('g', { displayName: 'Tour Guides', members: [{ value: '{{a}}' }] }),
      {
        name: 'without members they stay',
        request: { method: 'PUT', path: '/Groups/{{g}}', body: { displayName: 'Guides' } },
        expect: { status: 200, body: { displayName: 'Guides', members: [{ value: '{{a}}' }] } },
      },
      {
        name: 'with members they are replaced',
        request: {
          method: 'PUT',
          path: '/Groups/{{g}}',
          body: { displayName: 'Guides', members: [{ value: '{{b}}' }] },
        },
        expect: { status: 200, body: { members: [{ value: '{{b}}' }] } },
      },
      {
        name: 'with none they go',
        request: {
          method: 'PUT',
          path: '/Groups/{{g}}',
          body: { displayName: 'Guides', members: [] },
        },
        expect: { status: 200, body: { members: ABSENT } },
      },
    ],
  },
  {
    name: 'RFC 7644 section 3.6: a user is deleted',
    exchanges: [
      bjensen,
      {
        name: 'at another version it stays',
        request: {
          method: 'DELETE',
          path: '/Users/{{u}}',
          headers: { 'if-match': 'W/"c310cd84f0281b7"' },
        },
        expect: { status: 412 },
      },
      shows('', '/Users/{{u}}', { id: '{{u}}' }),
      {
        name: 'the example',
        request: { method: 'DELETE', path: '/Users/{{u}}' },
        expect: { status: 204, headers: { 'content-type': ABSENT } },
      },
      refused('then it is not found', { method: 'GET', path: '/Users/{{u}}' }, [404, ABSENT]),
      refused(
        'nor changed',
        patchOf('/Users/{{u}}', [{ op: 'add', path: 'title', value: 'T' }]),
        [404],
      ),
      refused('nor replaced', { method: 'PUT', path: '/Users/{{u}}', body: BJENSEN }, [404]),
      bjensen,
    ],
  },
  {
    name: 'RFC 7644 section 3.9: attributes are chosen',
    exchanges: [
      makes('u', { ...BJENSEN, title: 'T', [ENTERPRISE]: { department: 'D', costCenter: 'C' } }),
      shows('the example: one', '/Users/{{u}}?attributes=userName', {
        schemas: [USER],
        id: '{{u}}',
        userName: 'bjensen',
        name: ABSENT,
        title: ABSENT,
        meta: ABSENT,
        active: ABSENT,
        [ENTERPRISE]: ABSENT,
      }),
      shows('a sub-attribute, in other case', '/Users/{{u}}?attributes=NAME.familyname,Title', {
        name: { familyName: 'Jensen', givenName: ABSENT },
        title: 'T',
        userName: ABSENT,
      }),
      shows('one of an extension', `/Users/{{u}}?attributes=${ENTERPRISE}:department`, {
        schemas: [USER, ENTERPRISE],
        [ENTERPRISE]: { department: 'D', costCenter: ABSENT },
        userName: ABSENT,
      }),
      shows('what is not wanted', `/Users/{{u}}?excludedAttributes=name,${ENTERPRISE}`, {
        userName: 'bjensen',
        title: 'T',
        name: ABSENT,
        [ENTERPRISE]: ABSENT,
      }),
      shows('what is always there stays', '/Users/{{u}}?excludedAttributes=id,schemas,userName', {
        id: '{{u}}',
        schemas: [USER, ENTERPRISE],
        userName: ABSENT,
      }),
      shows('one that is none', '/Users/{{u}}?attributes=nothing', {
        id: '{{u}}',
        userName: ABSENT,
      }),
      refused(
        'both lists',
        { method: 'GET', path: '/Users/{{u}}?attributes=title&excludedAttributes=name' },
        [400],
      ),
      {
        name: 'of the answer to a POST',
        request: {
          method: 'POST',
          path: '/Users?attributes=userName',
          body: { userName: 'v', title: 'T' },
        },
        expect: { status: 201, body: { userName: 'v', title: ABSENT } },
      },
      {
        name: 'of the answer to a PATCH',
        request: patchOf('/Users/{{u}}?attributes=title', [
          { op: 'replace', path: 'title', value: 'U' },
        ]),
        expect: { status: 200, body: { title: 'U', userName: ABSENT } },
      },
      makesGroup('g', { displayName: 'G' }),
      {
        name: 'a PATCH of a group that asks for attributes is answered with them',
        request: patchOf('/Groups/{{g}}?attributes=displayName', [
          { op: 'add', path: 'members', value: [{ value: '{{u}}' }] },
        ]),
        expect: { status: 200, body: { id: '{{g}}', displayName: 'G', members: ABSENT } },
      },
    ],
  },
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
