import type { Caller } from './graph-call.ts';

const READ_ALL = ['Directory.Read.All', 'Directory.ReadWrite.All'];

/** Application permissions by operation, least first (Graph docs: permissions reference). */
export const READ_USERS: readonly string[] = ['User.Read.All', 'User.ReadWrite.All', ...READ_ALL];

/** These see the basic properties only. */
export const READ_USERS_BASICALLY: readonly string[] = ['User.ReadBasic.All', ...READ_USERS];

export const WRITE_USERS: readonly string[] = ['User.ReadWrite.All', 'Directory.ReadWrite.All'];

export const DELETE_USERS: readonly string[] = ['User.DeleteRestore.All', 'User.ReadWrite.All'];

/** When people leave takes it beside any other permission. */
export const WRITE_LIFE_CYCLE = 'User-LifeCycleInfo.ReadWrite.All';

/** For groups that directory roles can be assigned to, beside any other permission. */
export const MANAGE_ROLES = 'RoleManagement.ReadWrite.Directory';

/** A property that can be written with a narrower permission than the whole user. */
export const WRITE_USER_PROPERTY: Readonly<Record<string, string>> = {
  accountEnabled: 'User.EnableDisableAccount.All',
  otherMails: 'User-Mail.ReadWrite.All',
  businessPhones: 'User-Phone.ReadWrite.All',
  mobilePhone: 'User-Phone.ReadWrite.All',
  identities: 'User.ManageIdentities.All',
  passwordProfile: 'User-PasswordProfile.ReadWrite.All',
  employeeLeaveDateTime: WRITE_LIFE_CYCLE,
};

export const READ_MEMBERS: readonly string[] = [
  'GroupMember.Read.All',
  'GroupMember.ReadWrite.All',
  'Group.Read.All',
  'Group.ReadWrite.All',
  ...READ_ALL,
];

export const READ_GROUPS: readonly string[] = ['Group.ReadBasic.All', ...READ_MEMBERS];

export const CREATE_GROUPS: readonly string[] = [
  'Group.Create',
  'Group.ReadWrite.All',
  'Directory.ReadWrite.All',
];

export const WRITE_GROUPS: readonly string[] = ['Group.ReadWrite.All', 'Directory.ReadWrite.All'];

export const WRITE_MEMBERS: readonly string[] = [
  'GroupMember.ReadWrite.All',
  'Group.ReadWrite.All',
  'Directory.ReadWrite.All',
];

export const READ_ORGANIZATION: readonly string[] = [
  'Organization.Read.All',
  'Organization.ReadWrite.All',
  'User.Read.All',
  ...READ_ALL,
];

export const READ_DOMAINS: readonly string[] = [
  'Domain.Read.All',
  'Domain.ReadWrite.All',
  ...READ_ALL,
];

/** For subscriptions; permissions to write do not count (Graph docs: create subscription). */
export const SUBSCRIBE: Readonly<Record<'user' | 'group', readonly string[]>> = {
  user: ['User.Read.All'],
  group: ['Group.Read.All'],
};

/** Whether the caller holds any of the permissions. */
export function holdsAny(caller: Caller, roles: readonly string[]): boolean {
  return roles.some((role) => caller.roles.has(role));
}

/** What an application asks for to read everything. */
export const READ_ROLES: readonly string[] = [
  'User.Read.All',
  'Group.Read.All',
  'GroupMember.Read.All',
  'Directory.Read.All',
  'Domain.Read.All',
  'Organization.Read.All',
];

/** What it asks for besides to write users, groups and memberships. */
export const WRITE_ROLES: readonly string[] = ['User.ReadWrite.All', 'Group.ReadWrite.All'];

/** Every permission that this tenant knows. */
export const ALL_ROLES: readonly string[] = [
  ...new Set(
    [
      READ_USERS_BASICALLY,
      WRITE_USERS,
      DELETE_USERS,
      Object.values(WRITE_USER_PROPERTY),
      READ_GROUPS,
      CREATE_GROUPS,
      WRITE_GROUPS,
      WRITE_MEMBERS,
      READ_ORGANIZATION,
      READ_DOMAINS,
      MANAGE_ROLES,
    ].flat(),
  ),
];
