import { ABSENT, type Story } from '../exchange.ts';
import { ENTERPRISE, makes, patchesUser, shows, USER } from '../messages.ts';

const MANAGER = `${ENTERPRISE}:manager`;
const both = [
  makes('m', { userName: 'm@contoso.com' }),
  makes('u', { userName: 'u@contoso.com', [ENTERPRISE]: { department: 'D' } }),
];
const has = shows('has the manager', '/Users/{{u}}', {
  [ENTERPRISE]: { manager: { value: '{{m}}' }, department: 'D' },
});
const none = shows('has none', '/Users/{{u}}', {
  [ENTERPRISE]: { manager: ABSENT, department: 'D' },
});

/** The ways in which a manager arrives (scimvalidator.microsoft.com, Entra's documentation). */
const SET: readonly (readonly [how: string, operation: unknown])[] = [
  ['as an object', { op: 'add', path: MANAGER, value: { value: '{{m}}' } }],
  ['as a bare id', { op: 'add', path: MANAGER, value: '{{m}}' }],
  ['as a bare id that replaces', { op: 'Replace', path: MANAGER, value: '{{m}}' }],
  ['by its sub-attribute', { op: 'Replace', path: `${MANAGER}.value`, value: '{{m}}' }],
  [
    'as a list, without a URN',
    {
      op: 'Add',
      path: 'manager',
      value: [{ $ref: 'http://fabrikam.com/scim/Users/{{m}}', value: '{{m}}' }],
    },
  ],
  ['under the URN, without a path', { op: 'add', value: { [ENTERPRISE]: { manager: '{{m}}' } } }],
  ['under its name, without a path', { op: 'replace', value: { [MANAGER]: '{{m}}' } }],
  ['as an object under its name', { op: 'replace', value: { [MANAGER]: { value: '{{m}}' } } }],
];

const CLEARED: readonly (readonly [how: string, operation: unknown])[] = [
  ['by a blank value in an object', { op: 'replace', path: MANAGER, value: { value: '' } }],
  ['by a blank text', { op: 'replace', path: MANAGER, value: '' }],
  ['by null', { op: 'Replace', path: MANAGER, value: null }],
  ['by removal', { op: 'Remove', path: MANAGER }],
  ['by a removal without a URN', { op: 'Remove', path: 'manager' }],
  ['by a blank text without a path', { op: 'replace', value: { [MANAGER]: '' } }],
];

/** A manager is set, changed and cleared. */
export const ENTRA_MANAGERS: readonly Story[] = [
  ...SET.map(([how, operation]) => ({
    name: `a manager is set ${how}`,
    exchanges: [...both, patchesUser('set', '{{u}}', [operation]), has],
  })),
  ...CLEARED.map(([how, operation]) => ({
    name: `a manager is cleared ${how}`,
    exchanges: [
      ...both,
      patchesUser('given one', '{{u}}', [{ op: 'add', path: MANAGER, value: '{{m}}' }]),
      has,
      patchesUser('cleared', '{{u}}', [operation]),
      none,
    ],
  })),
  {
    name: 'a manager changes, and the extension goes with the last of it',
    exchanges: [
      makes('m', { userName: 'm@contoso.com' }),
      makes('n', { userName: 'n@contoso.com' }),
      makes('u', { userName: 'u@contoso.com', [ENTERPRISE]: { manager: '{{m}}' } }),
      shows('', '/Users/{{u}}', { [ENTERPRISE]: { manager: { value: '{{m}}' } } }),
      patchesUser('another', '{{u}}', [{ op: 'Replace', path: MANAGER, value: '{{n}}' }]),
      shows('', '/Users/{{u}}', { [ENTERPRISE]: { manager: { value: '{{n}}' } } }),
      patchesUser('none', '{{u}}', [{ op: 'Replace', path: MANAGER, value: '' }], {
        schemas: [USER],
        [ENTERPRISE]: ABSENT,
      }),
      shows('', '/Users/{{u}}', { schemas: [USER], [ENTERPRISE]: ABSENT }),
    ],
  },
];
