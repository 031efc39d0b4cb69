/** Application permissions for registrations, least first (Graph docs: permissions reference). */
export const READ_REGISTRATIONS: readonly string[] = [
  'Application.Read.All',
  'Application.ReadWrite.OwnedBy',
  'Application.ReadWrite.All',
  'Directory.Read.All',
];

export const WRITE_REGISTRATIONS: readonly string[] = [
  'Application.ReadWrite.OwnedBy',
  'Application.ReadWrite.All',
];

/** Granting anything to anybody takes it; permissions to register do not. */
export const ASSIGN_ROLES: readonly string[] = ['AppRoleAssignment.ReadWrite.All'];

/** Every permission of registrations. */
export const REGISTRATION_ROLES: readonly string[] = [
  ...new Set([
    ...READ_REGISTRATIONS,
    ...WRITE_REGISTRATIONS,
    ...ASSIGN_ROLES,
    'Member.Read.Hidden',
  ]),
];
