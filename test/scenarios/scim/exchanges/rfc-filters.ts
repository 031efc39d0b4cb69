import { anyOrder, type Story } from '../exchange.ts';
import { ENTERPRISE, lists, makes, refused } from '../messages.ts';

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

/** RFC 7644 figure 2, filter by filter, with whom it finds. */
const FILTERS: readonly (readonly [filter: string, found: string])[] = [
  ['userName eq "bjensen"', 'b'],
  ['Username Eq "BJENSEN"', 'b'],
  ['name.familyName co "O\'Malley"', 'b'],
  ['userName sw "J"', 'j'],
  ['urn:ietf:params:scim:schemas:core:2.0:User:userName sw "J"', 'j'],
  ['title pr', 'bk'],
  ['meta.lastModified gt "2011-05-13T04:42:34Z"', 'bjk'],
  ['meta.lastModified ge "2011-05-13T04:42:34Z"', 'bjk'],
  ['meta.lastModified lt "2011-05-13T04:42:34Z"', ''],
  ['meta.lastModified le "2011-05-13T04:42:34Z"', ''],
  ['title pr and userType eq "Employee"', 'b'],
  ['title pr or userType eq "Intern"', 'bjk'],
  [`schemas eq "${ENTERPRISE}"`, 'b'],
  ['userType eq "Employee" and (emails co "example.com" or emails.value co "example.org")', 'b'],
  [
    'userType ne "Employee" and not (emails co "example.com" or emails.value co "example.org")',
    'k',
  ],
  ['userType eq "Employee" and (emails.type eq "work")', 'b'],
  ['userType eq "Employee" and emails[type eq "work" and value co "@example.com"]', 'b'],
  [
    'emails[type eq "work" and value co "@example.com"] or ims[type eq "xmpp" and value co "@foo.com"]',
    'bj',
  ],
  [`${ENTERPRISE}:department eq "tours"`, 'b'],
  ['id eq "{{k}}" or id eq "{{b}}"', 'bk'],
  ['not (title pr)', 'j'],
  ['displayName ew "jensen" and active eq true', 'b'],
];

/** The filters of RFC 7644 section 3.4.2.2. */
export const RFC_FILTERS: readonly Story[] = [
  {
    name: 'RFC 7644 section 3.4.2.2: filters',
    exchanges: [
      ...people,
      ...FILTERS.map(([filter, found]) =>
        lists(
          filter,
          `/Users?filter=${filter}`,
          found.length,
          anyOrder(...found.split('').map((name) => ({ id: `{{${name}}}` }))),
        ),
      ),
      ...[
        'userName eq',
        'eq "x"',
        'userName is "x"',
        'userName eq "x" and',
        '(userName eq "x"',
        'userName eq "x',
        'unheardOf eq "x"',
        'name eq "x"',
        'active gt true',
        'title pr pr',
        'emails[type eq "work"',
        'meta.created gt "yesterday"',
      ].map((filter) =>
        refused(`no filter: ${filter}`, { method: 'GET', path: `/Users?filter=${filter}` }, [
          400,
          'invalidFilter',
        ]),
      ),
      refused(
        'of members nothing but who is one',
        { method: 'GET', path: '/Groups?filter=members pr' },
        [400, 'invalidFilter'],
      ),
    ],
  },
  {
    name: 'a name is found with whatever characters',
    exchanges: [
      makes('u', { userName: 'ann"o\\brien@x.com', displayName: 'Zoë (née) [x] é' }),
      lists(
        'escaped as JSON is',
        `/Users?filter=${encodeURIComponent('userName eq "ann\\"o\\\\brien@x.com"')}`,
        1,
        [{ id: '{{u}}' }],
      ),
      lists('beyond ASCII', '/Users?filter=displayName eq "ZOË (NÉE) [x] é"', 1, [{ id: '{{u}}' }]),
    ],
  },
];
