import { ABSENT, type Story } from '../exchange.ts';
import { ENTERPRISE, makes, makesGroup, patchOf, refused, shows, USER } from '../messages.ts';

const NAME = { formatted: 'Ms. Barbara J Jensen III', familyName: 'Jensen', givenName: 'Barbara' };
const BJENSEN = { schemas: [USER], userName: 'bjensen', externalId: 'bjensen', name: NAME };

/** The examples of RFC 7644 section 3.9. */
export const RFC_ATTRIBUTES: readonly Story[] = [
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
];
