import { ABSENT, type Story } from '../exchange.ts';
import { LIST, makes, makesGroup, refused, SEARCH, shows } from '../messages.ts';

const five = Array.from({ length: 5 }, (_, n) => makes(`u${n}`, { userName: `J${n}` }));
const UNRESERVED = /^[\w.~-]+$/;

/** Pages by cursor (RFC 9865). */
export const RFC_CURSOR: readonly Story[] = [
  {
    name: 'RFC 9865 section 2: pages by cursor',
    exchanges: [
      ...five,
      {
        name: 'the first page, the cursor without a value',
        request: { method: 'GET', path: '/Users?filter=userName sw "J"&cursor&count=2' },
        expect: {
          status: 200,
          body: {
            schemas: [LIST],
            itemsPerPage: 2,
            nextCursor: UNRESERVED,
            startIndex: ABSENT,
            Resources: [{ id: '{{first}}' }, {}],
          },
        },
        keep: { next: 'nextCursor', first: 'Resources.0.id' },
      },
      {
        name: 'the second page',
        request: { method: 'GET', path: '/Users?filter=userName sw "J"&cursor={{next}}&count=2' },
        expect: {
          status: 200,
          body: { itemsPerPage: 2, nextCursor: UNRESERVED, Resources: [{}, {}] },
          not: ['"id":"{{first}}"'],
        },
        keep: { last: 'nextCursor' },
      },
      {
        name: 'the last page has no next one',
        request: { method: 'GET', path: '/Users?filter=userName sw "J"&cursor={{last}}&count=2' },
        expect: { status: 200, body: { itemsPerPage: 1, nextCursor: ABSENT, Resources: [{}] } },
      },
      shows('all on one page', '/Users?cursor=&count=1000', {
        itemsPerPage: 5,
        nextCursor: ABSENT,
      }),
      shows('none at all', '/Groups?cursor=', {
        itemsPerPage: 0,
        nextCursor: ABSENT,
        Resources: [],
      }),
      shows('without a cursor pages go by index', '/Users?count=2', {
        totalResults: 5,
        startIndex: 1,
        nextCursor: ABSENT,
      }),
    ],
  },
  {
    name: 'RFC 9865 section 2.1: what is wrong with a cursor',
    exchanges: [
      ...five,
      {
        name: 'a cursor',
        request: { method: 'GET', path: '/Users?cursor=&count=2' },
        expect: { status: 200, body: { nextCursor: UNRESERVED } },
        keep: { next: 'nextCursor' },
      },
      refused('no cursor of ours', { method: 'GET', path: '/Users?cursor=VZUTiyhEQJ94IR' }, [
        400,
        'invalidCursor',
      ]),
      refused(
        'the cursor of another query',
        { method: 'GET', path: '/Users?filter=userName sw "J"&cursor={{next}}' },
        [400, 'invalidCursor'],
      ),
      refused(
        'the cursor of another endpoint',
        { method: 'GET', path: '/Groups?cursor={{next}}' },
        [400, 'invalidCursor'],
      ),
      refused('a count that is none', { method: 'GET', path: '/Users?cursor=&count=x' }, [
        400,
        'invalidCount',
      ]),
      refused('a page of nothing', { method: 'GET', path: '/Users?cursor=&count=0' }, [
        400,
        'invalidCount',
      ]),
    ],
  },
  {
    name: 'RFC 9865 section 3: pages by cursor of a search, at the root',
    exchanges: [
      makes('u', { userName: 'u', displayName: 'Smith' }),
      makesGroup('g', { displayName: 'Smith Family' }),
      {
        name: 'the first page',
        request: {
          method: 'POST',
          path: '/.search',
          body: {
            schemas: [SEARCH],
            attributes: ['displayName', 'userName'],
            filter: 'displayName sw "smith"',
            cursor: '',
            count: 1,
          },
        },
        expect: {
          status: 200,
          body: { itemsPerPage: 1, nextCursor: UNRESERVED, Resources: [{ id: '{{u}}' }] },
        },
        keep: { next: 'nextCursor' },
      },
      {
        name: 'the next page',
        request: {
          method: 'POST',
          path: '/.search',
          body: {
            schemas: [SEARCH],
            filter: 'displayName sw "smith"',
            cursor: '{{next}}',
            count: 9,
          },
        },
        expect: {
          status: 200,
          body: { itemsPerPage: 1, nextCursor: ABSENT, Resources: [{ id: '{{g}}' }] },
        },
      },
    ],
  },
];
