import { ABSENT, anyOrder, type Story } from '../exchange.ts';
import { ENTERPRISE, LIST, lists, makes, makesGroup, refused, SEARCH, shows } from '../messages.ts';

const people = [
  makes('b', {
    userName: 'bjensen',
    displayName: 'Smithers Jensen',
    title: 'Guide',
    userType: 'Employee',
    name: { familyName: "O'Malley" },
    emails: [{ type: 'work', value: 'b@example.com' }],
    [ENTERPRISE]: { department: 'Tours' },
  }),
  makes('j', {
    userName: 'Jsmith',
    displayName: 'Smith, James',
    userType: 'Intern',
    emails: [
      { type: 'home', value: 'j@example.com' },
      { type: 'work', value: 'j@example.org' },
    ],
    ims: [{ type: 'xmpp', value: 'j@foo.com' }],
  }),
  makes('k', { userName: 'kim', title: 'Cook', userType: 'Contractor' }),
];

const smiths = anyOrder(
  { userName: 'bjensen', displayName: 'Smithers Jensen', title: ABSENT, meta: ABSENT },
  { userName: 'Jsmith', displayName: 'Smith, James', emails: ABSENT },
);

/** The examples of RFC 7644 about queries, sections 3.4.2 and 3.4.3. */
export const RFC_QUERY: readonly Story[] = [
  {
    name: 'RFC 7644 section 3.4.2: all users, and of each the name',
    exchanges: [
      ...people,
      shows('the example', '/Users?attributes=userName', {
        schemas: [LIST],
        totalResults: 3,
        Resources: anyOrder(
          { id: '{{b}}', userName: 'bjensen', title: ABSENT },
          { id: '{{j}}', userName: 'Jsmith', emails: ABSENT },
          { id: '{{k}}', userName: 'kim', meta: ABSENT },
        ),
      }),
      lists('a parameter that nobody knows', '/Users?unheard=of', 3),
      lists(
        'the order is not sorted, and that is no error',
        '/Users?sortBy=userName&sortOrder=descending',
        3,
      ),
    ],
  },
  {
    name: 'RFC 7644 section 3.4.2.1: the root tells of users and groups',
    exchanges: [
      ...people,
      makesGroup('g', { displayName: 'Smith' }),
      lists(
        'the example',
        '?filter=(meta.resourceType eq User) or (meta.resourceType eq Group)',
        4,
        anyOrder({ id: '{{b}}' }, { id: '{{j}}' }, { id: '{{k}}' }, { id: '{{g}}' }),
      ),
      lists('one kind', '/?filter=meta.resourceType eq "Group"', 1, [{ id: '{{g}}' }]),
      lists('everything', '/', 4),
      lists('what only users have', '/?filter=userName eq "kim"', 1, [{ id: '{{k}}' }]),
      lists('what both have', '/?filter=displayName sw "smith"', 3),
      refused('what nobody has', { method: 'GET', path: '/?filter=unheardOf pr' }, [
        400,
        'invalidFilter',
      ]),
    ],
  },
  {
    name: 'RFC 7644 section 3.4.2.4: pages by index',
    exchanges: [
      ...people,
      shows('the example', '/Users?startIndex=1&count=10', {
        totalResults: 3,
        itemsPerPage: 3,
        startIndex: 1,
        Resources: [{}, {}, {}],
      }),
      shows('how many there are', '/Users?count=0', {
        totalResults: 3,
        itemsPerPage: 0,
        Resources: [],
      }),
      shows('less than nothing is nothing', '/Users?count=-4', { totalResults: 3, Resources: [] }),
      shows('before the first is the first', '/Users?startIndex=0&count=1', {
        startIndex: 1,
        itemsPerPage: 1,
        Resources: [{}],
      }),
      shows('also far before', '/Users?startIndex=-7&count=1', { startIndex: 1, Resources: [{}] }),
      shows('the second page', '/Users?startIndex=3&count=2', {
        totalResults: 3,
        startIndex: 3,
        itemsPerPage: 1,
        Resources: [{}],
      }),
      shows('of what a filter finds', '/Users?filter=title pr&startIndex=2&count=1', {
        totalResults: 2,
        startIndex: 2,
        itemsPerPage: 1,
        Resources: [{ title: /./ }],
      }),
      shows('a count beyond all bounds', '/Users?count=100000', { itemsPerPage: 3 }),
      refused('no number', { method: 'GET', path: '/Users?startIndex=x' }, [400, 'invalidValue']),
      refused('no number either', { method: 'GET', path: '/Users?count=1e3' }, [
        400,
        'invalidValue',
      ]),
    ],
  },
  {
    name: 'RFC 7644 section 3.4.3: a query as a message',
    exchanges: [
      ...people,
      makesGroup('g', { displayName: 'Smith Family' }),
      {
        name: 'the example, at the root',
        request: {
          method: 'POST',
          path: '/.search',
          body: {
            schemas: [SEARCH],
            attributes: ['displayName', 'userName'],
            filter: 'displayName sw "smith"',
            startIndex: 1,
            count: 10,
          },
        },
        expect: {
          status: 200,
          body: {
            schemas: [LIST],
            totalResults: 3,
            itemsPerPage: 3,
            startIndex: 1,
            Resources: anyOrder(
              { id: '{{b}}', displayName: 'Smithers Jensen', userName: 'bjensen', title: ABSENT },
              { id: '{{j}}', displayName: 'Smith, James', userName: 'Jsmith' },
              { id: '{{g}}', displayName: 'Smith Family' },
            ),
          },
        },
      },
      {
        name: 'of users',
        request: {
          method: 'POST',
          path: '/Users/.search',
          body: {
            schemas: [SEARCH],
            attributes: ['displayName', 'userName'],
            filter: 'displayName sw "smith"',
          },
        },
        expect: { status: 200, body: { totalResults: 2, Resources: smiths } },
      },
      {
        name: 'of groups, a page of none',
        request: { method: 'POST', path: '/Groups/.search', body: { schemas: [SEARCH], count: 0 } },
        expect: { status: 200, body: { totalResults: 1, Resources: [] } },
      },
      {
        name: 'without what is not wanted',
        request: {
          method: 'POST',
          path: '/Users/.search',
          body: { schemas: [SEARCH], filter: 'userName eq "kim"', excludedAttributes: ['title'] },
        },
        expect: { status: 200, body: { Resources: [{ userName: 'kim', title: ABSENT }] } },
      },
      refused(
        'a filter that is none',
        { method: 'POST', path: '/.search', body: { filter: 'x' } },
        [400, 'invalidFilter'],
      ),
      refused('no message', { method: 'POST', path: '/.search', body: [] }, [400, 'invalidSyntax']),
      refused('read with GET', { method: 'GET', path: '/.search' }, [405]),
      refused('of users with GET', { method: 'GET', path: '/Users/.search' }, [405]),
    ],
  },
];
