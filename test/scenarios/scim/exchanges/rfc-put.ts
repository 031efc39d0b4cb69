import { ABSENT, type Story } from '../exchange.ts';
import { makes, makesGroup, NOBODY, refused, SCIM_JSON, USER, WEAK_TAG } from '../messages.ts';

const NAME = { formatted: 'Ms. Barbara J Jensen III', familyName: 'Jensen', givenName: 'Barbara' };
const BJENSEN = { schemas: [USER], userName: 'bjensen', externalId: 'bjensen', name: NAME };

const bjensen = makes('u', {
  ...BJENSEN,
  displayName: 'Babs',
  phoneNumbers: [{ value: '555-555-8377', type: 'work' }],
  emails: [{ value: 'bjensen@example.com', type: 'work' }],
});

/** The example of RFC 7644 section 3.5.1, and what it means for groups. */
export const RFC_PUT: readonly Story[] = [
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
];
