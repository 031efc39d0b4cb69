import { ABSENT, type Story } from '../exchange.ts';
import {
  ENTERPRISE,
  lists,
  makes,
  makesGroup,
  patchesUser,
  patchOf,
  refused,
  shows,
  USER,
} from '../messages.ts';

const MANAGER = `${ENTERPRISE}:manager`;

/** Mistakes that other SCIM servers make with names, schemas and what is not writable. */
export const TRAP_NAMES: readonly Story[] = [
  {
    name: 'trap 07: a userName in other case is the same',
    exchanges: [
      makes('u', { userName: 'Ada@X.com' }),
      refused('on creation', { method: 'POST', path: '/Users', body: { userName: 'aDA@x.COM' } }, [
        409,
        'uniqueness',
      ]),
      makes('v', { userName: 'other' }),
      refused(
        'on a change',
        patchOf('/Users/{{v}}', [{ op: 'Replace', path: 'userName', value: 'ADA@x.com' }]),
        [409, 'uniqueness'],
      ),
      patchesUser('its own may change case', '{{u}}', [
        { op: 'Replace', path: 'userName', value: 'ada@x.com' },
      ]),
      lists('one is found', '/Users?filter=userName eq "ADA@X.COM"', 1, [
        { userName: 'ada@x.com' },
      ]),
    ],
  },
  {
    name: 'trap 08: names in other case are no new attributes',
    exchanges: [
      makes('u', { USERNAME: 'u', DisplayName: 'One' }),
      shows('created', '/Users/{{u}}', {
        userName: 'u',
        displayName: 'One',
        DisplayName: ABSENT,
        USERNAME: ABSENT,
      }),
      patchesUser(
        'by path, by key, and by a sub-attribute',
        '{{u}}',
        [
          { OP: 'REPLACE', PATH: 'DisplayName', VALUE: 'Two' },
          { op: 'replace', value: { TITLE: 'T', 'NAME.GIVENNAME': 'G' } },
          { op: 'replace', path: `${ENTERPRISE.toUpperCase()}:DEPARTMENT`, value: 'D' },
        ],
        {
          displayName: 'Two',
          DisplayName: ABSENT,
          title: 'T',
          TITLE: ABSENT,
          name: { givenName: 'G' },
          [ENTERPRISE]: { department: 'D' },
        },
      ),
    ],
  },
  {
    name: 'trap 09: no path leads to a prototype',
    exchanges: [
      makes('u', { userName: 'u' }),
      ...[
        '__proto__.polluted',
        'constructor.prototype.polluted',
        '__proto__',
        'name.__proto__',
      ].map((path) =>
        refused(`the path ${path}`, patchOf('/Users/{{u}}', [{ op: 'add', path, value: 'yes' }]), [
          400,
          'invalidPath',
        ]),
      ),
      {
        name: 'nor do keys',
        request: {
          method: 'PATCH',
          path: '/Users/{{u}}',
          body: '{"Operations":[{"op":"add","value":{"__proto__":{"polluted":"yes"},"constructor.prototype.polluted":"yes","title":"T"}}]}',
        },
        expect: { status: 200, body: { title: 'T' }, not: ['polluted'] },
      },
      {
        name: 'nor does a body',
        request: {
          method: 'POST',
          path: '/Users',
          body: '{"userName":"v","__proto__":{"polluted":"yes"},"constructor":{"prototype":{"polluted":"yes"}}}',
        },
        expect: { status: 201, not: ['polluted'] },
      },
      refused('nor does a filter', { method: 'GET', path: '/Users?filter=__proto__ pr' }, [
        400,
        'invalidFilter',
      ]),
      shows('all is as it was', '/Users/{{u}}', { polluted: ABSENT }),
    ],
  },
  {
    name: 'trap 16: an extension need not be named, and an empty one is left out',
    exchanges: [
      {
        name: 'named, and empty',
        request: {
          method: 'POST',
          path: '/Users',
          body: { schemas: [USER, ENTERPRISE], userName: 'u', [ENTERPRISE]: {} },
        },
        expect: { status: 201, body: { schemas: [USER], [ENTERPRISE]: ABSENT } },
        keep: { u: 'id' },
      },
      {
        name: 'not named, and given',
        request: {
          method: 'POST',
          path: '/Users',
          body: { userName: 'v', [ENTERPRISE]: { costCenter: '1' } },
        },
        expect: { status: 201, body: { schemas: [USER, ENTERPRISE] } },
      },
      {
        name: 'schemas of somebody else',
        request: {
          method: 'POST',
          path: '/Users',
          body: {
            schemas: ['urn:example:2.0:Thing'],
            userName: 'w',
            'urn:example:2.0:Thing': { a: 1 },
          },
        },
        expect: { status: 201, body: { schemas: [USER] }, not: ['urn:example'] },
      },
      patchesUser('given and taken', '{{u}}', [
        { op: 'add', path: MANAGER, value: 'm' },
        { op: 'replace', path: MANAGER, value: '' },
      ]),
      shows('nothing of it', '/Users/{{u}}', { schemas: [USER], [ENTERPRISE]: ABSENT }),
    ],
  },
  {
    name: 'trap 17: id, meta and groups of a client are passed over',
    exchanges: [
      makesGroup('g', { displayName: 'G' }),
      {
        name: 'on creation',
        request: {
          method: 'POST',
          path: '/Users',
          body: {
            id: 'mine',
            userName: 'u',
            meta: { resourceType: 'Group', location: 'http://elsewhere', created: '1999' },
            groups: [{ value: '{{g}}' }],
          },
        },
        expect: {
          status: 201,
          body: {
            meta: { resourceType: 'User', location: '{{base}}/Users/{{u}}' },
            groups: ABSENT,
          },
          not: ['"mine"', 'elsewhere', '1999'],
        },
        keep: { u: 'id' },
      },
      {
        name: 'on replacement',
        request: {
          method: 'PUT',
          path: '/Users/{{u}}',
          body: { id: 'mine', userName: 'u', meta: { version: 'x' }, groups: [{ value: '{{g}}' }] },
        },
        expect: { status: 200, body: { id: '{{u}}', groups: ABSENT } },
      },
      patchesUser(
        'in a value without a path',
        '{{u}}',
        [{ op: 'replace', value: { id: 'mine', meta: { version: 'x' }, groups: [], title: 'T' } }],
        { id: '{{u}}', title: 'T' },
      ),
    ],
  },
];
