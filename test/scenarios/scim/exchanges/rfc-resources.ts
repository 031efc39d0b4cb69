import { ABSENT, type Story } from '../exchange.ts';
import { makes, patchOf, refused, SCIM_JSON, shows, USER, WEAK_TAG } from '../messages.ts';

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
];
