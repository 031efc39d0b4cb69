import { ABSENT, type Exchange, type Story } from '../exchange.ts';
import {
  ENTERPRISE,
  lists,
  makes,
  NOBODY,
  patchesUser,
  refused,
  shows,
  USER,
} from '../messages.ts';

const MANAGER = `${ENTERPRISE}:manager`;
const types = ['work', 'home', 'other'] as const;

/** Values as the validator makes them up: one of everything. */
const FULL = {
  schemas: [USER, ENTERPRISE],
  userName: 'pasquale@hahnlubowitz.uk',
  externalId: '3c1f4f3e-42a5-4b0c-9b6f-93d4d1f0a0a1',
  active: true,
  displayName: 'KLRTVYCMNWQP',
  nickName: 'UZBHTQRXTAQC',
  title: 'WNQBDMXGZSRN',
  userType: 'QGQYZKHZJXBL',
  preferredLanguage: 'sv-FI',
  locale: 'BPLSBWJSNKTY',
  timezone: 'Africa/Kigali',
  profileUrl: 'OBTRNJWVOVXN',
  name: {
    givenName: 'Kelsie',
    familyName: 'Alejandra',
    formatted: 'Wilburn',
    middleName: 'Claude',
    honorificPrefix: 'Hettie',
    honorificSuffix: 'Brody',
  },
  emails: [{ type: 'work', value: 'joanne@wintheiserkoss.us', primary: true }],
  phoneNumbers: [{ type: 'work', value: '6-985-1236', primary: true }],
  addresses: [
    {
      type: 'work',
      formatted: 'RPXKGSDZOGSD',
      streetAddress: '4021 Raynor Throughway',
      locality: 'QEJYDOUABQJC',
      region: 'SIXLROTOUIQV',
      postalCode: 'gn31 1pd',
      country: 'Madagascar',
      primary: true,
    },
  ],
  roles: [{ primary: true, display: 'ZBKGCWVQTKFA', value: 'UIBQZQWOTIYQ', type: 'BGNBBIXHDNQI' }],
  [ENTERPRISE]: {
    employeeNumber: 'FHTRWMFRLFBX',
    department: 'WEWCFAKZXTPE',
    costCenter: 'EHOCPRXRHNBT',
    organization: 'NULBWVLTWJTE',
    division: 'YDYMTNQOWUJF',
  },
};

const create: Exchange = {
  name: 'create',
  request: { method: 'POST', path: '/Users', body: FULL },
  expect: { status: 201, body: { ...FULL, id: /./ } },
  keep: { u: 'id' },
};

/** Every simple path as the validator lists them, in the verbose form: one operation a path. */
const verbose = (op: string, mark: string) => [
  ...['displayName', 'nickName', 'title', 'userType', 'locale', 'profileUrl', 'externalId'].map(
    (path) => ({ op, path, value: `${mark} ${path}` }),
  ),
  { op, path: 'preferredLanguage', value: 'hr' },
  { op, path: 'timezone', value: 'Asia/Ulaanbaatar' },
  ...[
    'givenName',
    'familyName',
    'formatted',
    'middleName',
    'honorificPrefix',
    'honorificSuffix',
  ].map((sub) => ({ op, path: `name.${sub}`, value: `${mark} ${sub}` })),
  { op, path: 'emails[type eq "work"].value', value: 'new@x.com' },
  { op, path: 'emails[type eq "work"].primary', value: true },
  ...['work', 'mobile', 'fax'].map((type) => ({
    op,
    path: `phoneNumbers[type eq "${type}"].value`,
    value: `1-${type}`,
  })),
  ...['formatted', 'streetAddress', 'locality', 'region', 'postalCode', 'country'].map((sub) => ({
    op,
    path: `addresses[type eq "work"].${sub}`,
    value: `${mark} ${sub}`,
  })),
  ...['display', 'value', 'type'].map((sub) => ({
    op,
    path: `roles[primary eq "True"].${sub}`,
    value: `${mark} ${sub}`,
  })),
  ...['employeeNumber', 'department', 'costCenter', 'organization', 'division'].map((name) => ({
    op,
    path: `${ENTERPRISE}:${name}`,
    value: `${mark} ${name}`,
  })),
];

const verboseResult = (mark: string) => ({
  displayName: `${mark} displayName`,
  nickName: `${mark} nickName`,
  title: `${mark} title`,
  userType: `${mark} userType`,
  locale: `${mark} locale`,
  profileUrl: `${mark} profileUrl`,
  externalId: `${mark} externalId`,
  preferredLanguage: 'hr',
  timezone: 'Asia/Ulaanbaatar',
  name: {
    givenName: `${mark} givenName`,
    familyName: `${mark} familyName`,
    formatted: `${mark} formatted`,
    middleName: `${mark} middleName`,
    honorificPrefix: `${mark} honorificPrefix`,
    honorificSuffix: `${mark} honorificSuffix`,
  },
  emails: [{ type: 'work', value: 'new@x.com', primary: true }],
  phoneNumbers: ['work', 'mobile', 'fax'].map((type) => ({ type, value: `1-${type}` })),
  addresses: [
    {
      type: 'work',
      formatted: `${mark} formatted`,
      streetAddress: `${mark} streetAddress`,
      locality: `${mark} locality`,
      region: `${mark} region`,
      postalCode: `${mark} postalCode`,
      country: `${mark} country`,
    },
  ],
  roles: [
    { primary: true, display: `${mark} display`, value: `${mark} value`, type: `${mark} type` },
  ],
  [ENTERPRISE]: {
    employeeNumber: `${mark} employeeNumber`,
    department: `${mark} department`,
    costCenter: `${mark} costCenter`,
    organization: `${mark} organization`,
    division: `${mark} division`,
  },
});

const bare = makes('u', { userName: 'bare@x.com', emails: [{ type: types[0], value: 'b@x.com' }] });

/** What scimvalidator.microsoft.com does with users (recorded by others from real runs). */
export const VALIDATOR_USERS: readonly Story[] = [
  {
    name: 'validator: create a user, and read it back by a filter',
    exchanges: [
      create,
      lists('by userName', '/Users?filter=userName eq "pasquale@hahnlubowitz.uk"', 1, [FULL]),
    ],
  },
  {
    name: 'validator: create a duplicate user',
    exchanges: [
      create,
      refused('once more', { method: 'POST', path: '/Users', body: FULL }, [409, 'uniqueness']),
    ],
  },
  {
    name: 'validator: filter users, an existing one, one in other case, and one that is none',
    exchanges: [
      create,
      lists('existing', '/Users?filter=userName+eq+"pasquale@hahnlubowitz.uk"', 1, [
        { id: '{{u}}' },
      ]),
      lists('in other case', '/Users?filter=userName+eq+"PASQUALE@hahnlubowitz.uk"', 1, [
        { id: '{{u}}' },
      ]),
      lists('none', `/Users?filter=userName+eq+"${NOBODY}"`, 0, []),
    ],
  },
  {
    name: 'validator: replace every attribute, verbose',
    exchanges: [
      create,
      patchesUser('PATCH', '{{u}}', verbose('replace', 'R')),
      lists('read back', '/Users?filter=userName eq "pasquale@hahnlubowitz.uk"', 1, [
        verboseResult('R'),
      ]),
    ],
  },
  {
    name: 'validator: add every attribute to a bare user, verbose',
    exchanges: [
      bare,
      patchesUser('PATCH', '{{u}}', verbose('add', 'A')),
      shows('read back', '/Users/{{u}}', verboseResult('A')),
    ],
  },
  {
    name: 'validator: change the userName',
    exchanges: [
      create,
      patchesUser('PATCH', '{{u}}', [
        { op: 'replace', path: 'userName', value: 'karli@grady.name' },
      ]),
      lists('under the new one', '/Users?filter=userName eq "karli@grady.name"', 1, [
        { id: '{{u}}' },
      ]),
      lists('not the old one', '/Users?filter=userName eq "pasquale@hahnlubowitz.uk"', 0, []),
    ],
  },
  {
    name: 'validator: disable a user',
    exchanges: [
      create,
      patchesUser('PATCH', '{{u}}', [{ op: 'replace', path: 'active', value: false }]),
      shows('read back', '/Users/{{u}}', { active: false }),
    ],
  },
  {
    name: 'validator: add, replace and remove a manager',
    exchanges: [
      makes('m', { userName: 'm' }),
      makes('n', { userName: 'n' }),
      create,
      patchesUser('add', '{{u}}', [{ op: 'add', path: MANAGER, value: '{{m}}' }]),
      shows('', '/Users/{{u}}', { [ENTERPRISE]: { manager: { value: '{{m}}' } } }),
      patchesUser('replace', '{{u}}', [{ op: 'replace', path: MANAGER, value: '{{n}}' }]),
      shows('', '/Users/{{u}}', { [ENTERPRISE]: { manager: { value: '{{n}}' } } }),
      patchesUser('remove', '{{u}}', [{ op: 'replace', path: MANAGER, value: { value: '' } }]),
      shows('', '/Users/{{u}}', { [ENTERPRISE]: { manager: ABSENT } }),
    ],
  },
  {
    name: 'validator: delete a user, one that is none, and one twice',
    exchanges: [
      create,
      {
        name: 'delete',
        request: { method: 'DELETE', path: '/Users/{{u}}' },
        expect: { status: 204 },
      },
      refused('is gone', { method: 'GET', path: '/Users/{{u}}' }, [404]),
      refused('twice', { method: 'DELETE', path: '/Users/{{u}}' }, [404]),
      refused('never there', { method: 'DELETE', path: `/Users/${NOBODY}` }, [404]),
    ],
  },
  {
    name: 'validator, preview: several operations on different attributes of a user',
    exchanges: [
      create,
      patchesUser('PATCH', '{{u}}', [
        { op: 'remove', path: 'preferredLanguage' },
        { op: 'add', path: 'externalId', value: 'x' },
        { op: 'replace', path: 'displayName', value: 'y' },
      ]),
      shows('', '/Users/{{u}}', { preferredLanguage: ABSENT, externalId: 'x', displayName: 'y' }),
    ],
  },
  {
    name: 'validator, preview: several operations on one attribute of a user, the last wins',
    exchanges: [
      create,
      patchesUser('PATCH', '{{u}}', [
        { op: 'remove', path: 'externalId' },
        { op: 'add', path: 'externalId', value: 'a' },
        { op: 'replace', path: 'externalId', value: 'b' },
      ]),
      shows('', '/Users/{{u}}', { externalId: 'b' }),
      lists('found so', '/Users?filter=externalId eq "b"', 1, [{ id: '{{u}}' }]),
    ],
  },
];
