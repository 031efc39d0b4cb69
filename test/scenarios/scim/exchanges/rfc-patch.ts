import { ABSENT, anyOrder, type Story } from '../exchange.ts';
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
const ADDRESS = {
  type: 'work',
  streetAddress: '911 Universal City Plaza',
  locality: 'Hollywood',
  region: 'CA',
  postalCode: '91608',
  country: 'US',
  formatted: '911 Universal City Plaza\nHollywood, CA 91608 US',
  primary: true,
};
const whole = '/Groups/{{g}}';

/** The examples of RFC 7644 section 3.5.2. */
export const RFC_PATCH: readonly Story[] = [
  {
    name: 'RFC 7644 section 3.5.2.1: add',
    exchanges: [
      babs,
      makesGroup('g', { displayName: 'TourGuides' }),
      patchesGroup('the first example: a member', '{{g}}', [
        { op: 'add', path: 'members', value: [BABS] },
      ]),
      shows('', whole, { members: [{ value: '{{babs}}', $ref: '{{base}}/Users/{{babs}}' }] }),
      patchesUser(
        'the second example: attributes without a path',
        '{{babs}}',
        [
          {
            op: 'add',
            value: { emails: [{ value: 'babs@jensen.org', type: 'home' }], nickname: 'Babs' },
          },
        ],
        {
          emails: [{ value: 'babs@jensen.org', type: 'home' }],
          nickName: 'Babs',
          userName: 'bjensen',
        },
      ),
      patchesUser(
        'what is there is added to',
        '{{babs}}',
        [{ op: 'add', path: 'emails', value: [{ value: 'bjensen@example.com', type: 'work' }] }],
        { emails: [{ type: 'home' }, { value: 'bjensen@example.com', type: 'work' }] },
      ),
      patchesUser(
        'and not twice',
        '{{babs}}',
        [{ op: 'add', path: 'emails', value: [{ value: 'bjensen@example.com', type: 'work' }] }],
        { emails: [{ type: 'home' }, { type: 'work' }] },
      ),
      patchesUser(
        'a single value is replaced',
        '{{babs}}',
        [{ op: 'add', path: 'nickName', value: 'Barbara' }],
        { nickName: 'Barbara' },
      ),
    ],
  },
  {
    name: 'RFC 7644 section 3.5.2.1: what changes nothing leaves the version as it is',
    exchanges: [
      babs,
      {
        name: 'the version before',
        request: { method: 'GET', path: '/Users/{{babs}}' },
        expect: { status: 200 },
        keep: { tag: 'meta.version', modified: 'meta.lastModified' },
      },
      {
        name: 'the value that is there',
        request: patchOf('/Users/{{babs}}', [{ op: 'add', path: 'userName', value: 'bjensen' }]),
        expect: {
          status: 200,
          headers: { etag: '{{tag}}' },
          body: { meta: { version: '{{tag}}', lastModified: '{{modified}}' } },
        },
      },
    ],
  },
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
  {
    name: 'RFC 7644 section 3.5.2.3: replace members',
    exchanges: [
      babs,
      james,
      makes('other', { userName: 'other' }),
      makesGroup('g', { displayName: 'TourGuides', members: [{ value: '{{other}}' }] }),
      patchesGroup('the first example', '{{g}}', [
        { op: 'replace', path: 'members', value: [BABS, JAMES] },
      ]),
      shows('', whole, { members: anyOrder({ value: '{{babs}}' }, { value: '{{james}}' }) }),
    ],
  },
  {
    name: 'RFC 7644 section 3.5.2.3: replace',
    exchanges: [
      makes('u', {
        userName: 'bjensen',
        emails: [
          { value: 'old@example.com', type: 'work' },
          { value: 'older@example.com', type: 'other' },
        ],
        addresses: [
          { type: 'work', locality: 'Elsewhere', region: 'NY' },
          { type: 'home', locality: 'Home' },
        ],
      }),
      patchesUser(
        'the second example: one address',
        '{{u}}',
        [{ op: 'replace', path: 'addresses[type eq "work"]', value: ADDRESS }],
        { addresses: [ADDRESS, { type: 'home', locality: 'Home' }] },
      ),
      patchesUser(
        'the third example: its street',
        '{{u}}',
        [
          {
            op: 'replace',
            path: 'addresses[type eq "work"].streetAddress',
            value: '1010 Broadway Ave',
          },
        ],
        { addresses: [{ ...ADDRESS, streetAddress: '1010 Broadway Ave' }, { type: 'home' }] },
      ),
      patchesUser(
        'the fourth example: several attributes without a path',
        '{{u}}',
        [
          {
            op: 'replace',
            value: {
              emails: [
                { value: 'bjensen@example.com', type: 'work', primary: true },
                { value: 'babs@jensen.org', type: 'home' },
              ],
              nickname: 'Babs',
            },
          },
        ],
        {
          emails: [
            { value: 'bjensen@example.com', type: 'work', primary: true },
            { value: 'babs@jensen.org', type: 'home' },
          ],
          nickName: 'Babs',
          addresses: [{ type: 'work' }, { type: 'home' }],
        },
      ),
      patchesUser(
        'another primary value makes the first one none',
        '{{u}}',
        [{ op: 'replace', path: 'emails[type eq "home"].primary', value: true }],
        {
          emails: [
            { type: 'work', primary: false },
            { type: 'home', primary: true },
          ],
        },
      ),
      patchesUser(
        'of a complex attribute the rest stays',
        '{{u}}',
        [
          { op: 'add', path: 'name', value: { givenName: 'Barbara', familyName: 'Jensen' } },
          { op: 'replace', path: 'name', value: { givenName: 'Babs' } },
        ],
        { name: { givenName: 'Babs', familyName: 'Jensen' } },
      ),
      refused(
        'a filter from which no value can be made, and that finds none',
        patchOf('/Users/{{u}}', [
          { op: 'replace', path: 'emails[value ew "@nowhere"].display', value: 'x' },
        ]),
        [400, 'noTarget'],
      ),
    ],
  },
  {
    name: 'RFC 7644 section 3.5.2: what is refused changes nothing at all',
    exchanges: [
      makes('u', { userName: 'u', title: 'Before' }),
      refused(
        'the second operation is wrong',
        patchOf('/Users/{{u}}', [
          { op: 'replace', path: 'title', value: 'After' },
          { op: 'replace', path: 'unheardOf', value: 'x' },
        ]),
        [400, 'invalidPath'],
      ),
      refused(
        'a value is wrong',
        patchOf('/Users/{{u}}', [
          { op: 'replace', path: 'title', value: 'After' },
          { op: 'replace', path: 'active', value: 'perhaps' },
        ]),
        [400, 'invalidValue'],
      ),
      shows('nothing changed', '/Users/{{u}}', { title: 'Before', active: true }),
      makesGroup('g', { displayName: 'G', members: [{ value: '{{u}}' }] }),
      refused(
        'of a group, members among them',
        patchOf('/Groups/{{g}}', [
          { op: 'remove', path: 'members' },
          { op: 'replace', path: 'displayName', value: '' },
        ]),
        [400, 'invalidValue'],
      ),
      shows('the members stay', whole, { displayName: 'G', members: [{ value: '{{u}}' }] }),
      refused(
        'an operation that is none',
        patchOf('/Users/{{u}}', [{ op: 'move', path: 'title' }]),
        [400, 'invalidSyntax'],
      ),
      refused('no operations', { method: 'PATCH', path: '/Users/{{u}}', body: {} }, [
        400,
        'invalidSyntax',
      ]),
      refused(
        'a read-only attribute',
        patchOf('/Users/{{u}}', [{ op: 'replace', path: 'meta.created', value: 'x' }]),
        [400, 'mutability'],
      ),
      refused(
        'a membership that is to become another',
        patchOf('/Groups/{{g}}', [
          { op: 'replace', path: 'members[value eq "{{u}}"].value', value: 'x' },
        ]),
        [400, 'mutability'],
      ),
    ],
  },
];
