import { CORE_USER, ENTERPRISE } from '../schemas.ts';

/** A user as it is answered. */
export const BARBARA = {
  schemas: [CORE_USER, ENTERPRISE],
  id: 'B4b4',
  externalId: 'bJensen',
  userName: 'bjensen@example.com',
  displayName: 'Bábs "B" Jensen',
  userType: 'Employee',
  active: false,
  name: { familyName: "O'Malley", givenName: 'Barbara' },
  emails: [
    { value: 'bjensen@example.com', type: 'work', primary: true },
    { value: 'babs@jensen.org', type: 'home' },
  ],
  roles: [{ value: 'Admin', primary: true }],
  [ENTERPRISE]: {
    employeeNumber: '701984',
    department: 'Tour Operations',
    manager: { value: 'M1', $ref: '../Users/M1' },
  },
  meta: {
    resourceType: 'User',
    created: '2010-01-23T04:56:22.000Z',
    lastModified: '2011-05-13T04:42:34.000Z',
  },
};
