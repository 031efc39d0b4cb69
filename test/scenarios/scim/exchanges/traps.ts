import type { Story } from '../exchange.ts';
import {
  ENTERPRISE,
  lists,
  makes,
  makesGroup,
  patchesGroup,
  patchesUser,
  patchOf,
  refused,
  shows,
  USER,
} from '../messages.ts';

/** Mistakes that other SCIM servers make with changes. */
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
];
