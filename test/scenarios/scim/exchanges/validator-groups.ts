import { ABSENT, anyOrder, type Exchange, type Story } from '../exchange.ts';
import { GROUP, lists, makes, NOBODY, patchesGroup, refused, shows } from '../messages.ts';

const WITH = '/Groups?filter=displayName eq "LUGRJYOZQNDE"';
const WITHOUT = '/Groups?excludedAttributes=members&filter=displayName eq "LUGRJYOZQNDE"';
const BODY = {
  schemas: [GROUP],
  displayName: 'LUGRJYOZQNDE',
  externalId: 'c1c5a1de-3c1e-4b3a-8d3a-2b7a2bb6a4d0',
};

const create: Exchange = {
  name: 'create',
  request: { method: 'POST', path: '/Groups', body: BODY },
  expect: { status: 201, body: { ...BODY, id: /./ } },
  keep: { g: 'id' },
};
const member = makes('u', { userName: 'u' });
const joins = patchesGroup('a member, sent as a replacement', '{{g}}', [
  { op: 'replace', path: 'members', value: [{ value: '{{u}}' }] },
]);

/** What scimvalidator.microsoft.com does with groups (recorded by others from real runs). */
export const VALIDATOR_GROUPS: readonly Story[] = [
  {
    name: 'validator: create a group, and read it by its id without members',
    exchanges: [
      member,
      create,
      joins,
      shows('by id', '/Groups/{{g}}?excludedAttributes=members', { ...BODY, members: ABSENT }),
    ],
  },
  {
    name: 'validator: create a duplicate group',
    exchanges: [
      create,
      refused('once more', { method: 'POST', path: '/Groups', body: BODY }, [409, 'uniqueness']),
    ],
  },
  {
    name: 'validator: filter groups, with and without members, in other case, and one that is none',
    exchanges: [
      create,
      lists('existing', WITH, 1, [{ id: '{{g}}' }]),
      lists('without members', WITHOUT, 1, [{ id: '{{g}}', members: ABSENT }]),
      lists('in other case', '/Groups?filter=displayName+eq+"lugrjyozqnde"', 1, [{ id: '{{g}}' }]),
      lists('none', `/Groups?filter=displayName+eq+"${NOBODY}"`, 0, []),
    ],
  },
  {
    name: 'validator: replace attributes of a group',
    exchanges: [
      create,
      patchesGroup('PATCH', '{{g}}', [{ op: 'replace', value: { displayName: 'CWLQTCEBRRVR' } }]),
      shows('read back', '/Groups/{{g}}?excludedAttributes=members', {
        displayName: 'CWLQTCEBRRVR',
      }),
      patchesGroup('the externalId', '{{g}}', [
        { op: 'replace', path: 'externalId', value: '5fd3b8a2' },
      ]),
      shows('read back', '/Groups/{{g}}?excludedAttributes=members', { externalId: '5fd3b8a2' }),
    ],
  },
  {
    name: 'validator: add a member and remove it by a filter',
    exchanges: [
      member,
      create,
      joins,
      shows('there', '/Groups/{{g}}', { members: [{ value: '{{u}}' }] }),
      patchesGroup('remove', '{{g}}', [{ op: 'remove', path: 'members[value eq "{{u}}"]' }]),
      shows('not there', '/Groups/{{g}}', { members: ABSENT }),
    ],
  },
  {
    name: 'validator: delete a group, one that is none, and one twice',
    exchanges: [
      create,
      {
        name: 'delete',
        request: { method: 'DELETE', path: '/Groups/{{g}}' },
        expect: { status: 204 },
      },
      refused('is gone', { method: 'GET', path: '/Groups/{{g}}' }, [404]),
      refused('twice', { method: 'DELETE', path: '/Groups/{{g}}' }, [404]),
      refused('never there', { method: 'DELETE', path: `/Groups/${NOBODY}` }, [404]),
    ],
  },
  {
    name: 'validator, preview: several operations on one attribute of a group',
    exchanges: [
      member,
      makes('v', { userName: 'v' }),
      create,
      patchesGroup('PATCH', '{{g}}', [
        { op: 'add', path: 'members', value: [{ value: '{{u}}' }] },
        { op: 'add', path: 'members', value: [{ value: '{{v}}' }] },
        { op: 'remove', path: 'members[value eq "{{u}}"]' },
      ]),
      shows('the last word on each', '/Groups/{{g}}', { members: anyOrder({ value: '{{v}}' }) }),
    ],
  },
];
