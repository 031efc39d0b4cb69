import type { Story } from '../exchange.ts';
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
const BABS = { display: 'Babs Jensen', $ref: '{{base}}/Users/{{babs}}', value: '{{babs}}' };
const whole = '/Groups/{{g}}';

/** The examples of RFC 7644 section 3.5.2.1, and what a PATCH refuses. */
export const RFC_PATCH_ADD: readonly Story[] = [
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
