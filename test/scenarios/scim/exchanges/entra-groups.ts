import { ABSENT, anyOrder, type Story } from '../exchange.ts';
import { makes, makesGroup, patchesGroup, refused, shows } from '../messages.ts';

const G = '{{g}}';
const whole = '/Groups/{{g}}';
const three = [
  makes('a', { userName: 'a@contoso.com' }),
  makes('b', { userName: 'b@contoso.com' }),
  makes('c', { userName: 'c@contoso.com' }),
];
const ofAll = makesGroup('g', {
  displayName: 'Group',
  members: [{ value: '{{a}}' }, { value: '{{b}}' }, { value: '{{c}}' }],
});
const ofNone = makesGroup('g', { displayName: 'Group' });

const has = (...names: string[]) =>
  shows(`has ${names.length} members`, whole, {
    members:
      names.length === 0 ? ABSENT : anyOrder(...names.map((name) => ({ value: `{{${name}}}` }))),
  });

/** Groups are changed in both of Entra's PATCH dialects. */
export const ENTRA_GROUPS: readonly Story[] = [
  {
    name: 'a group is renamed',
    exchanges: [
      ofNone,
      patchesGroup('the flag off', G, [{ op: 'Replace', path: 'displayName', value: 'x' }]),
      shows('', whole, { displayName: 'x' }),
      patchesGroup('the flag on', G, [{ op: 'replace', value: { displayName: 'WUZP' } }]),
      shows('', whole, { displayName: 'WUZP' }),
      patchesGroup('to where it came from', G, [
        { op: 'Replace', path: 'externalId', value: '8aa1a0c0' },
      ]),
      shows('', whole, { externalId: '8aa1a0c0', displayName: 'WUZP' }),
      makesGroup('h', { displayName: 'Taken' }),
      refused(
        'to a name that another has',
        {
          method: 'PATCH',
          path: whole,
          body: { Operations: [{ op: 'Replace', path: 'displayName', value: 'TAKEN' }] },
        },
        [409, 'uniqueness'],
      ),
    ],
  },
  {
    name: 'members are added with the flag off',
    exchanges: [
      ...three,
      ofNone,
      patchesGroup('one', G, [
        { op: 'Add', path: 'members', value: [{ $ref: null, value: '{{a}}' }] },
      ]),
      has('a'),
      patchesGroup('once more', G, [
        { op: 'Add', path: 'members', value: [{ $ref: null, value: '{{a}}' }] },
      ]),
      has('a'),
      patchesGroup('several', G, [
        {
          op: 'Add',
          path: 'members',
          value: [
            { $ref: null, value: '{{b}}' },
            { $ref: null, value: '{{c}}' },
          ],
        },
      ]),
      has('a', 'b', 'c'),
    ],
  },
  {
    name: 'members are added with the flag on',
    exchanges: [
      ...three,
      ofNone,
      patchesGroup('one', G, [{ op: 'add', path: 'members', value: [{ value: '{{a}}' }] }]),
      patchesGroup('without a path', G, [{ op: 'add', value: { members: [{ value: '{{b}}' }] } }]),
      patchesGroup('not in a list', G, [{ op: 'add', path: 'members', value: { value: '{{c}}' } }]),
      has('a', 'b', 'c'),
    ],
  },
  {
    name: 'a member is removed with the flag off: only who is listed',
    exchanges: [
      ...three,
      ofAll,
      patchesGroup('one', G, [
        { op: 'Remove', path: 'members', value: [{ $ref: null, value: '{{b}}' }] },
      ]),
      has('a', 'c'),
      patchesGroup('once more', G, [
        { op: 'Remove', path: 'members', value: [{ $ref: null, value: '{{b}}' }] },
      ]),
      has('a', 'c'),
    ],
  },
  {
    name: 'a member is removed with the flag on',
    exchanges: [
      ...three,
      ofAll,
      patchesGroup('one', G, [{ op: 'remove', path: 'members[value eq "{{b}}"]' }]),
      has('a', 'c'),
      patchesGroup('once more', G, [{ op: 'remove', path: 'members[value eq "{{b}}"]' }]),
      has('a', 'c'),
      patchesGroup('who was never there', G, [
        { op: 'remove', path: 'members[value eq "7f4bc1a3-285e-48ae-8202-5accb43efb0e"]' },
      ]),
      has('a', 'c'),
    ],
  },
  {
    name: 'several member changes in one request',
    exchanges: [
      ...three,
      ofNone,
      patchesGroup('added and removed again', G, [
        { op: 'add', path: 'members', value: [{ value: '{{a}}' }] },
        { op: 'remove', path: 'members[value eq "{{a}}"]' },
      ]),
      has(),
      patchesGroup('one comes, one goes, both dialects', G, [
        { op: 'Add', path: 'members', value: [{ $ref: null, value: '{{a}}' }] },
        { op: 'add', path: 'members', value: [{ value: '{{b}}' }] },
        { op: 'Remove', path: 'members', value: [{ $ref: null, value: '{{a}}' }] },
        { op: 'replace', path: 'displayName', value: 'Renamed as well' },
      ]),
      has('b'),
      shows('', whole, { displayName: 'Renamed as well' }),
      patchesGroup('two by value paths', G, [
        { op: 'add', path: 'members', value: [{ value: '{{a}}' }, { value: '{{c}}' }] },
        { op: 'remove', path: 'members[value eq "{{b}}"]' },
        { op: 'remove', path: 'members[value eq "{{c}}"]' },
      ]),
      has('a'),
    ],
  },
  {
    name: 'all members are replaced',
    exchanges: [
      ...three,
      ofAll,
      patchesGroup('by two', G, [
        { op: 'replace', path: 'members', value: [{ value: '{{a}}' }, { value: '{{b}}' }] },
      ]),
      has('a', 'b'),
      patchesGroup('by one, without a path', G, [
        { op: 'replace', value: { members: [{ value: '{{c}}' }] } },
      ]),
      has('c'),
      patchesGroup('by none', G, [{ op: 'replace', path: 'members', value: [] }]),
      has(),
    ],
  },
  {
    name: 'groups are members of groups, and who is nobody is none',
    exchanges: [
      makes('a', { userName: 'a@contoso.com' }),
      makesGroup('h', { displayName: 'Inner' }),
      makesGroup('g', { displayName: 'Outer' }),
      patchesGroup('both kinds', G, [
        {
          op: 'Add',
          path: 'members',
          value: [{ value: '{{a}}' }, { value: '{{h}}' }, { value: 'f648f8d5ea4e4cd38e9c' }],
        },
      ]),
      shows('', whole, {
        members: anyOrder(
          { value: '{{a}}', type: 'User', $ref: '{{base}}/Users/{{a}}' },
          { value: '{{h}}', type: 'Group', $ref: '{{base}}/Groups/{{h}}' },
        ),
      }),
      shows('the user tells its groups', '/Users/{{a}}', {
        groups: [{ value: G, display: 'Outer', type: 'direct', $ref: '{{base}}/Groups/{{g}}' }],
      }),
    ],
  },
];
