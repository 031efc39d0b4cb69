import { ABSENT, type Story } from '../exchange.ts';
import { ENTERPRISE, makes, patchesUser, refused, shows, USER } from '../messages.ts';

const U = '{{u}}';
const whole = '/Users/{{u}}';
const someone = makes('u', {
  userName: 'u@contoso.com',
  displayName: 'Before',
  name: { givenName: 'Before', familyName: 'Before' },
});

/** Users are changed in both of Entra's PATCH dialects (docs: SCIM 2.0 protocol compliance). */
export const ENTRA_USERS: readonly Story[] = [
  {
    name: 'many attributes at once with the flag off',
    exchanges: [
      someone,
      patchesUser(
        'one operation a path',
        U,
        [
          { op: 'Replace', path: 'displayName', value: 'Pvlo' },
          { op: 'Replace', path: 'emails[type eq "work"].value', value: 'T@test.microsoft.com' },
          { op: 'Replace', path: 'name.givenName', value: 'Gtfd' },
          { op: 'Replace', path: 'externalId', value: 'Eqpj' },
          { op: 'Replace', path: `${ENTERPRISE}:employeeNumber`, value: 'Eqpj' },
        ],
        { displayName: 'Pvlo', externalId: 'Eqpj' },
      ),
      shows('and they are there', whole, {
        schemas: [USER, ENTERPRISE],
        displayName: 'Pvlo',
        emails: [{ type: 'work', value: 'T@test.microsoft.com' }],
        name: { givenName: 'Gtfd', familyName: 'Before' },
        externalId: 'Eqpj',
        [ENTERPRISE]: { employeeNumber: 'Eqpj' },
      }),
    ],
  },
  {
    name: 'many attributes at once with the flag on',
    exchanges: [
      someone,
      patchesUser(
        'value paths by themselves, the rest without a path',
        U,
        [
          { op: 'replace', path: 'emails[type eq "work"].value', value: 'T@test.microsoft.com' },
          {
            op: 'replace',
            value: {
              displayName: 'Bjfe',
              'name.givenName': 'Kkom',
              'name.familyName': 'Unua',
              [`${ENTERPRISE}:employeeNumber`]: 'Aklq',
            },
          },
        ],
        { displayName: 'Bjfe' },
      ),
      shows('and they are there', whole, {
        displayName: 'Bjfe',
        emails: [{ type: 'work', value: 'T@test.microsoft.com' }],
        name: { givenName: 'Kkom', familyName: 'Unua' },
        [ENTERPRISE]: { employeeNumber: 'Aklq' },
        'name.givenName': ABSENT,
      }),
    ],
  },
  {
    name: 'the same attribute in each dialect, one after the other',
    exchanges: [
      someone,
      patchesUser('URN and path', U, [
        { op: 'Add', path: `${ENTERPRISE}:department`, value: 'One' },
      ]),
      patchesUser('URN as a key', U, [
        { op: 'add', value: { [`${ENTERPRISE}:department`]: 'Two' } },
      ]),
      shows('', whole, { [ENTERPRISE]: { department: 'Two' } }),
      patchesUser('no URN at all', U, [{ op: 'Replace', path: 'department', value: 'Three' }]),
      patchesUser('an object under the URN', U, [
        { op: 'replace', value: { [ENTERPRISE]: { costCenter: 'C' } } },
      ]),
      patchesUser('the core URN', U, [
        { op: 'Replace', path: `${USER}:displayName`, value: 'With a URN' },
      ]),
      shows('all of them', whole, {
        displayName: 'With a URN',
        [ENTERPRISE]: { department: 'Three', costCenter: 'C' },
      }),
    ],
  },
  {
    name: 'an element that is not there is made from the filter of the path, once',
    exchanges: [
      someone,
      patchesUser('add', U, [
        { op: 'add', path: 'phoneNumbers[type eq "mobile"].value', value: '1' },
        { op: 'add', path: 'addresses[type eq "work"].country', value: 'BE' },
        { op: 'add', path: 'addresses[type eq "work"].locality', value: 'L' },
        { op: 'add', path: 'roles[primary eq "True"].display', value: 'D' },
        { op: 'add', path: 'roles[primary eq "True"].value', value: 'V' },
      ]),
      shows('one of each', whole, {
        phoneNumbers: [{ type: 'mobile', value: '1' }],
        addresses: [{ type: 'work', country: 'BE', locality: 'L' }],
        roles: [{ primary: true, display: 'D', value: 'V' }],
      }),
      patchesUser('replace, where there is none either', U, [
        { op: 'Replace', path: 'emails[type eq "work"].value', value: 'a@b' },
        { op: 'Replace', path: 'emails[type eq "home"].value', value: 'h@b' },
        { op: 'Replace', path: 'phoneNumbers[type eq "mobile"].value', value: '2' },
      ]),
      shows('still one of each', whole, {
        emails: [
          { type: 'work', value: 'a@b' },
          { type: 'home', value: 'h@b' },
        ],
        phoneNumbers: [{ type: 'mobile', value: '2' }],
      }),
      patchesUser('as keys without a path', U, [
        {
          op: 'replace',
          value: { 'emails[type eq "work"].value': 'c@d', 'addresses[type eq "work"].region': 'R' },
        },
      ]),
      shows('the elements change', whole, {
        emails: [{ value: 'c@d' }, { value: 'h@b' }],
        addresses: [{ type: 'work', country: 'BE', locality: 'L', region: 'R' }],
      }),
      patchesUser('and one goes', U, [{ op: 'Remove', path: 'emails[type eq "home"]' }]),
      patchesUser('a sub-attribute goes', U, [
        { op: 'remove', path: 'addresses[type eq "work"].region' },
      ]),
      shows('', whole, {
        emails: [{ value: 'c@d' }],
        addresses: [{ region: ABSENT, locality: 'L' }],
      }),
    ],
  },
  {
    name: 'app roles, added and asserted',
    exchanges: [
      someone,
      patchesUser('a role as JSON in a text, as the flag off has it', U, [
        {
          op: 'Add',
          path: 'roles',
          value: [
            {
              value:
                '{"id":"06b07648-ecfe-589f-9d2f-6325724a46ee","value":"25","displayName":"Role1234"}',
            },
          ],
        },
      ]),
      shows('is kept as it was sent', whole, {
        roles: [{ value: /^\{"id":"06b07648-ecfe-589f-9d2f-6325724a46ee".*\}$/ }],
      }),
      patchesUser('asserted ones replace the list', U, [
        {
          op: 'replace',
          path: 'roles',
          value: [
            {
              primary: false,
              type: 'WindowsAzureActiveDirectoryRole',
              display: 'User',
              value: 'User',
            },
          ],
        },
      ]),
      shows('only these', whole, {
        roles: [{ type: 'WindowsAzureActiveDirectoryRole', value: 'User', display: 'User' }],
      }),
      patchesUser('one more, twice', U, [
        { op: 'Add', path: 'roles', value: [{ value: 'Admin', display: 'Admin' }] },
        { op: 'Add', path: 'roles', value: [{ value: 'Admin', display: 'Admin' }] },
      ]),
      shows('is there once', whole, { roles: [{ value: 'User' }, { value: 'Admin' }] }),
      patchesUser('asserted ones without a path', U, [
        { op: 'replace', value: { roles: [{ value: 'Reader' }] } },
      ]),
      shows('', whole, { roles: [{ value: 'Reader' }] }),
      patchesUser('none left', U, [{ op: 'Remove', path: 'roles' }]),
      shows('', whole, { roles: ABSENT }),
    ],
  },
  {
    name: 'values are cleared by nothing in each form',
    exchanges: [
      makes('u', {
        userName: 'u@contoso.com',
        title: 'T',
        nickName: 'N',
        preferredLanguage: 'de',
        emails: [{ type: 'work', value: 'a@b' }],
        [ENTERPRISE]: { department: 'D' },
      }),
      patchesUser('a blank text, null and an empty list', U, [
        { op: 'replace', path: 'title', value: '' },
        { op: 'replace', path: 'nickName', value: null },
        { op: 'Replace', path: 'emails', value: [] },
        { op: 'Remove', path: 'preferredLanguage' },
        { op: 'Replace', path: `${ENTERPRISE}:department`, value: '' },
      ]),
      {
        name: 'nothing of it is left, not even an empty extension',
        request: { method: 'GET', path: whole },
        expect: {
          status: 200,
          body: {
            schemas: [USER],
            title: ABSENT,
            nickName: ABSENT,
            emails: ABSENT,
            preferredLanguage: ABSENT,
            [ENTERPRISE]: ABSENT,
          },
          not: ['null', ':""'],
        },
      },
      refused(
        'but not the name',
        {
          method: 'PATCH',
          path: whole,
          body: { Operations: [{ op: 'Remove', path: 'userName' }] },
        },
        [400, 'invalidValue'],
      ),
    ],
  },
];
