import { ROLE_FUNCTIONS } from '../../../../lib/sync/expressions/role-functions.ts';
import { describeRows, type Rows } from './rows.ts';

const roles = [
  { id: '1', value: 'Admin', displayName: 'Administrator' },
  { id: '2', value: 'User', displayName: 'User' },
];
const role = (value: string, display: string) => ({
  value,
  display,
  type: 'WindowsAzureActiveDirectoryRole',
  primary: false,
});

const ROWS: Readonly<Record<string, Rows>> = {
  AppRoleAssignmentsComplex: {
    examples: [
      [
        'AppRoleAssignmentsComplex([appRoleAssignments])',
        { appRoleAssignments: roles },
        [role('Admin', 'Administrator'), role('User', 'User')],
      ],
      ['AppRoleAssignmentsComplex([r])', { r: [{ displayName: 'Seen' }] }, [role('Seen', 'Seen')]],
    ],
    nulls: [
      ['AppRoleAssignmentsComplex([r])', {}, null],
      ['AppRoleAssignmentsComplex([r])', { r: [] }, null],
    ],
    errors: [
      [
        'AppRoleAssignmentsComplex([r])',
        { r: [{ id: '1' }] },
        'AppRoleAssignmentsComplex: an assignment has neither value nor displayName (at 0)',
      ],
    ],
  },
  AssertiveAppRoleAssignmentsComplex: {
    examples: [
      [
        'AssertiveAppRoleAssignmentsComplex([r])',
        { r: roles },
        [role('Admin', 'Administrator'), role('User', 'User')],
      ],
    ],
    nulls: [['AssertiveAppRoleAssignmentsComplex([r])', {}, null]],
    errors: [
      [
        'AssertiveAppRoleAssignmentsComplex([r])',
        { r: 'Admin' },
        'AssertiveAppRoleAssignmentsComplex: an assignment has neither value nor displayName (at 0)',
      ],
    ],
  },
  SingleAppRoleAssignment: {
    examples: [
      ['SingleAppRoleAssignment([r])', { r: [roles[0] ?? null] }, 'Admin'],
      ['SingleAppRoleAssignment([r])', { r: roles[1] ?? null }, 'User'],
    ],
    nulls: [['SingleAppRoleAssignment([r])', {}, null]],
    errors: [
      [
        'SingleAppRoleAssignment([r])',
        { r: roles },
        'SingleAppRoleAssignment: more than one role is assigned (at 0)',
      ],
    ],
  },
};

describeRows('role functions', ROLE_FUNCTIONS, ROWS);
