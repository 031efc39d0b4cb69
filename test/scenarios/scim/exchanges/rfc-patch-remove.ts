import { ABSENT, type Story } from '../exchange.ts';
import {
  makes,
  makesGroup,
  patchesGroup,
  patchesUser,
  patchOf,
  refused,
  shows,
} from '../messages.ts';

const babs = makes('babs', { userName: 'bjensen', displayName: 'Babs Jensen' });
const james = makes('james', { userName: 'jsmith', displayName: 'James Smith' });
const BABS = { display: 'Babs Jensen', $ref: '{{base}}/Users/{{babs}}', value: '{{babs}}' };
const JAMES = { display: 'James Smith', $ref: '{{base}}/Users/{{james}}', value: '{{james}}' };
const whole = '/Groups/{{g}}';

/** The examples of RFC 7644 section 3.5.2.2. */
export const RFC_PATCH_REMOVE: readonly Story[] = [
  {
    name: 'RFC 7644 section 3.5.2.2: remove',
    exchanges: [
      babs,
      james,
      makesGroup('g', { displayName: 'TourGuides', members: [BABS, JAMES] }),
      patchesGroup('the first example: one member', '{{g}}', [
        { op: 'remove', path: 'members[value eq "{{babs}}"]' },
      ]),
      shows('', whole, { members: [{ value: '{{james}}' }] }),
      patchesGroup('the second example: all members', '{{g}}', [{ op: 'remove', path: 'members' }]),
      shows('', whole, { members: ABSENT }),
      patchesGroup('', '{{g}}', [{ op: 'add', path: 'members', value: [BABS] }]),
      patchesGroup('the fourth example: one goes, another comes', '{{g}}', [
        { op: 'remove', path: 'members[value eq "{{babs}}"]' },
        { op: 'add', path: 'members', value: [JAMES] },
      ]),
      shows('', whole, { members: [{ value: '{{james}}' }] }),
    ],
  },
  {
    name: 'RFC 7644 section 3.5.2.2: remove values that a filter finds',
    exchanges: [
      makes('u', {
        userName: 'u',
        emails: [
          { type: 'work', value: 'u@example.com' },
          { type: 'work', value: 'u@example.org' },
          { type: 'home', value: 'u@home.example.com' },
        ],
        name: { givenName: 'G', familyName: 'F' },
      }),
      patchesUser(
        'the third example',
        '{{u}}',
        [{ op: 'remove', path: 'emails[type eq "work" and value ew "example.com"]' }],
        { emails: [{ value: 'u@example.org' }, { value: 'u@home.example.com' }] },
      ),
      patchesUser('a sub-attribute', '{{u}}', [{ op: 'remove', path: 'name.givenName' }], {
        name: { givenName: ABSENT, familyName: 'F' },
      }),
      patchesUser('an attribute', '{{u}}', [{ op: 'remove', path: 'emails' }], { emails: ABSENT }),
      refused('without a path', patchOf('/Users/{{u}}', [{ op: 'remove' }]), [400, 'noTarget']),
      refused(
        'a required one',
        patchOf('/Users/{{u}}', [{ op: 'remove', path: 'userName' }]),
        [400],
      ),
      refused('a read-only one', patchOf('/Users/{{u}}', [{ op: 'remove', path: 'id' }]), [
        400,
        'mutability',
      ]),
    ],
  },
];
