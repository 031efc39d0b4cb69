import { ABSENT, anyOrder, type Story } from '../exchange.ts';
import {
  lists,
  makes,
  makesGroup,
  NOBODY,
  patchesGroup,
  patchOf,
  refused,
  shows,
} from '../messages.ts';

const twelve = Array.from({ length: 12 }, (_, n) => makes(`u${n}`, { userName: `user${n}@x.com` }));

/** Mistakes that other SCIM servers make with queries. */
export const TRAP_QUERIES: readonly Story[] = [
  {
    name: 'trap 05: that nothing matches is no error',
    exchanges: [
      lists('a user', `/Users?filter=userName eq "${NOBODY}"`, 0, []),
      lists('a group', `/Groups?filter=displayName eq "${NOBODY}"`, 0, []),
      lists('by an id that is none', '/Users?filter=id eq "what"', 0, []),
      lists('by nothing', '/Users?filter=externalId eq ""', 0, []),
      lists('of no user at all', '/Users', 0, []),
      lists('of a member who is none', `/Groups?filter=members eq "${NOBODY}"`, 0, []),
    ],
  },
  {
    name: 'trap 06: a page past the end is empty',
    exchanges: [
      ...twelve,
      lists('past the end', '/Users?startIndex=9999&count=5', 12, []),
      lists('right behind it', '/Users?startIndex=13&count=5', 12, []),
      shows('the last one', '/Users?startIndex=12&count=5', {
        startIndex: 12,
        itemsPerPage: 1,
        totalResults: 12,
        Resources: [{ id: /./ }],
      }),
    ],
  },
  {
    name: 'trap 10: filters that would take for ever are refused, or are quick',
    exchanges: [
      makes('u', { userName: 'u' }),
      refused(
        'backslashes',
        {
          method: 'GET',
          path: `/Users?filter=${encodeURIComponent(`a eq "${'\\\\'.repeat(22)}`)}`,
        },
        [400, 'invalidFilter'],
      ),
      refused(
        'alternatives that multiply',
        {
          method: 'GET',
          path: `/Users?filter=${Array.from({ length: 40 }, () => '(title pr or nickName pr)').join(' and ')}`,
        },
        [400, 'tooMany'],
      ),
      refused(
        'parentheses',
        { method: 'GET', path: `/Users?filter=${'('.repeat(2_000)}title pr${')'.repeat(2_000)}` },
        [400, 'invalidFilter'],
      ),
      refused(
        'brackets in a path',
        patchOf('/Users/{{u}}', [
          { op: 'remove', path: `emails[${'('.repeat(1_000)}type pr${')'.repeat(1_000)}]` },
        ]),
        [400, 'invalidPath'],
      ),
    ],
  },
  {
    name: 'trap 11: a plus is a blank, and %2B a plus',
    exchanges: [
      makes('u', { userName: 'ada+test@x.com', displayName: 'Ada Lovelace' }),
      lists('a plus as it is sent', '/Users?filter=userName+eq+%22ada%2Btest%40x.com%22', 1, [
        { id: '{{u}}' },
      ]),
      lists('a blank', '/Users?filter=displayName+eq+%22Ada+Lovelace%22', 1, [{ id: '{{u}}' }]),
      lists('a plus that is none', '/Users?filter=userName+eq+%22ada+test%40x.com%22', 0, []),
    ],
  },
  {
    name: 'trap 12: a change of members, or a listing, does not send the members',
    exchanges: [
      makes('a', { userName: 'a' }),
      makesGroup('g', { displayName: 'G', members: [{ value: '{{a}}' }] }),
      lists('a listing', '/Groups', 1, [{ members: ABSENT }]),
      patchesGroup('a change', '{{g}}', [
        { op: 'Add', path: 'members', value: [{ value: '{{a}}' }] },
      ]),
      lists('asked for by name', '/Groups?attributes=members', 1, [
        { members: [{ value: '{{a}}' }], displayName: ABSENT },
      ]),
    ],
  },
  {
    name: 'trap 18: an externalId has its case, and may be had twice',
    exchanges: [
      makes('u', { userName: 'u', externalId: 'Abc' }),
      makes('v', { userName: 'v', externalId: 'abc' }),
      makes('w', { userName: 'w', externalId: 'abc' }),
      lists('one', '/Users?filter=externalId eq "Abc"', 1, [{ id: '{{u}}' }]),
      lists(
        'the others',
        '/Users?filter=externalId eq "abc"',
        2,
        anyOrder({ id: '{{v}}' }, { id: '{{w}}' }),
      ),
      lists('none', '/Users?filter=externalId eq "ABC"', 0, []),
    ],
  },
];
