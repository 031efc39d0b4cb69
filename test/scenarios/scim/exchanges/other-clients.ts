import { ABSENT, anyOrder, type Story } from '../exchange.ts';
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

const TANDEM = 'urn:ietf:params:scim:schemas:extension:tandem:2.0:User';

/** What clients beside Entra ask, and ways to say things that few use. */
export const OTHER_CLIENTS: readonly Story[] = [
  {
    name: 'memberships are asked for from both ends',
    exchanges: [
      makes('u', { userName: 'u' }),
      makes('v', { userName: 'v' }),
      makesGroup('g', { displayName: 'G', members: [{ value: '{{u}}' }] }),
      makesGroup('h', { displayName: 'H', members: [{ value: '{{u}}' }, { value: '{{v}}' }] }),
      lists('groups of a member', '/Groups?filter=members.value eq "{{u}}"', 2),
      lists('by brackets', '/Groups?filter=members[value eq "{{v}}"]', 1, [{ id: '{{h}}' }]),
      lists('of both', '/Groups?filter=members eq "{{u}}" and members eq "{{v}}"', 1, [
        { id: '{{h}}' },
      ]),
      lists(
        'of one and not the other',
        '/Groups?filter=members eq "{{u}}" and not (members eq "{{v}}")',
        1,
        [{ id: '{{g}}' }],
      ),
      lists('members of a group', '/Users?filter=groups.value eq "{{h}}"', 2),
      lists('and of a name', '/Users?filter=groups eq "{{h}}" and userName eq "v"', 1, [
        { id: '{{v}}' },
      ]),
      lists('at the root', '/?filter=groups.value eq "{{g}}"', 1, [{ id: '{{u}}' }]),
      shows('only ids of members', '/Groups/{{g}}?attributes=members.value', {
        members: [{ value: '{{u}}', $ref: ABSENT, type: ABSENT }],
        displayName: ABSENT,
      }),
      shows('only groups', '/Users/{{u}}?attributes=groups.display', {
        groups: anyOrder({ display: 'G', value: ABSENT }, { display: 'H', value: ABSENT }),
        userName: ABSENT,
      }),
      lists('a listing leaves groups out', '/Users', 2, [{ groups: ABSENT }, { groups: ABSENT }]),
      {
        name: 'a group goes, and its memberships with it',
        request: { method: 'DELETE', path: '/Groups/{{g}}' },
        expect: { status: 204 },
      },
      shows('', '/Users/{{u}}', { groups: [{ value: '{{h}}' }] }),
      lists('', '/Groups?filter=members eq "{{u}}"', 1, [{ id: '{{h}}' }]),
    ],
  },
  {
    name: 'an extension as a whole',
    exchanges: [
      makes('u', { userName: 'u', [ENTERPRISE]: { department: 'D', costCenter: 'C' } }),
      patchesUser(
        'its URN as a path',
        '{{u}}',
        [{ op: 'replace', path: ENTERPRISE, value: { department: 'E' } }],
        { [ENTERPRISE]: { department: 'E' } },
      ),
      patchesUser('removed', '{{u}}', [{ op: 'remove', path: ENTERPRISE }], {
        schemas: [USER],
        [ENTERPRISE]: ABSENT,
      }),
      patchesUser(
        'the core URN as a path',
        '{{u}}',
        [{ op: 'add', path: USER, value: { title: 'T' } }],
        { title: 'T' },
      ),
      patchesUser(
        "Tandem's own",
        '{{u}}',
        [{ op: 'add', value: { [TANDEM]: { tag: 'hr', aliases: ['ada', 'al'] } } }],
        { schemas: [USER, TANDEM], [TANDEM]: { tag: 'hr', aliases: ['ada', 'al'] } },
      ),
      patchesUser(
        'one alias goes',
        '{{u}}',
        [{ op: 'remove', path: `${TANDEM}:aliases[value eq "al"]` }],
        { [TANDEM]: { aliases: ['ada'] } },
      ),
      makes('w', { userName: 'w', [TANDEM]: { aliases: ['al'] } }),
    ],
  },
  {
    name: 'two users swap their names by way of a third',
    exchanges: [
      makes('u', { userName: 'a' }),
      makes('v', { userName: 'b' }),
      refused(
        'not at once',
        patchOf('/Users/{{u}}', [{ op: 'replace', path: 'userName', value: 'b' }]),
        [409, 'uniqueness'],
      ),
      patchesUser('away', '{{u}}', [{ op: 'replace', path: 'userName', value: 'c' }]),
      patchesUser('there', '{{v}}', [{ op: 'replace', path: 'userName', value: 'a' }]),
      patchesUser('and back', '{{u}}', [{ op: 'replace', path: 'userName', value: 'b' }]),
      lists('', '/Users?filter=userName eq "a"', 1, [{ id: '{{v}}' }]),
      lists('', '/Users?filter=userName eq "b"', 1, [{ id: '{{u}}' }]),
      lists('', '/Users?filter=userName eq "c"', 0, []),
    ],
  },
  {
    name: 'a group may have itself, and one of itself, as a member',
    exchanges: [
      makesGroup('g', { displayName: 'G' }),
      makesGroup('h', { displayName: 'H', members: [{ value: '{{g}}' }] }),
      patchesGroup('both ways', '{{g}}', [
        { op: 'add', path: 'members', value: [{ value: '{{h}}' }, { value: '{{g}}' }] },
      ]),
      shows('', '/Groups/{{g}}', { members: anyOrder({ value: '{{g}}' }, { value: '{{h}}' }) }),
      {
        name: 'it goes',
        request: { method: 'DELETE', path: '/Groups/{{g}}' },
        expect: { status: 204 },
      },
      shows('from the other as well', '/Groups/{{h}}', { members: ABSENT }),
    ],
  },
  {
    name: 'what is multi-valued is kept as it was sent',
    exchanges: [
      makes('u', {
        userName: 'u',
        phoneNumbers: [
          { type: 'work', value: '+1 (555) 010-0000 ext. 7' },
          { type: 'mobile', value: 'tel:+41-79-000-00-00', display: 'M' },
        ],
        emails: [{ value: 'No.Type@X.com' }, { type: 'work', value: 'Work@X.com' }],
        photos: [{ type: 'photo', value: 'https://x.com/p?a=1&b=2' }],
        entitlements: [{ value: 'one' }, { value: 'two', primary: true }],
        x509Certificates: [{ value: 'SGVsbG8=' }],
      }),
      shows('', '/Users/{{u}}', {
        phoneNumbers: [
          { type: 'work', value: '+1 (555) 010-0000 ext. 7' },
          { type: 'mobile', value: 'tel:+41-79-000-00-00', display: 'M' },
        ],
        emails: [{ value: 'No.Type@X.com', type: ABSENT }, { value: 'Work@X.com' }],
        photos: [{ value: 'https://x.com/p?a=1&b=2' }],
        entitlements: [{ value: 'one' }, { value: 'two', primary: true }],
        x509Certificates: [{ value: 'SGVsbG8=' }],
      }),
      lists('found by any address', '/Users?filter=emails.value eq "no.type@x.com"', 1, [
        { id: '{{u}}' },
      ]),
      lists(
        'or part of one',
        '/Users?filter=emails co "X.COM" and phoneNumbers[type eq "mobile"]',
        1,
      ),
      refused(
        'two primary ones',
        {
          method: 'POST',
          path: '/Users',
          body: {
            userName: 'v',
            emails: [
              { value: 'a', primary: true },
              { value: 'b', primary: true },
            ],
          },
        },
        [400, 'invalidValue'],
      ),
    ],
  },
  {
    name: 'names of every kind',
    exchanges: [
      ...['名前@例え.jp', '𝒳@x.com', "o'neil/\\#?%@x.com", 'a'.repeat(300), 'tab\there'].flatMap(
        (userName, n) => [
          makes(`u${n}`, { userName }),
          lists(
            'is found',
            `/Users?filter=userName eq ${encodeURIComponent(JSON.stringify(userName))}`,
            1,
            [{ id: `{{u${n}}}`, userName }],
          ),
          refused('is taken', { method: 'POST', path: '/Users', body: { userName } }, [
            409,
            'uniqueness',
          ]),
        ],
      ),
      makes('e', { userName: 'é' }),
      refused(
        'composed or not it is the same',
        { method: 'POST', path: '/Users', body: { userName: 'e\u0301' } },
        [409, 'uniqueness'],
      ),
      lists('and is found so', `/Users?filter=userName eq "${encodeURIComponent('E\u0301')}"`, 1, [
        { id: '{{e}}' },
      ]),
    ],
  },
];
