/** What the connector is to do in the tenant; each switch has its permissions. */
export const SWITCHES = [
  'import-users',
  'import-groups',
  'hidden-memberships',
  'export-users',
  'export-groups',
  'watch-secrets',
] as const;
export type Switch = (typeof SWITCHES)[number];

/**
 * The least application permissions of Graph for each switch (Graph docs: the pages of the operations,
 * permissions reference). Reading groups would do with GroupMember.Read.All; to be notified of them
 * takes Group.Read.All, for which no permission to write stands in.
 */
export const PERMISSIONS: Readonly<Record<Switch, string>> = {
  'import-users': 'User.Read.All',
  'import-groups': 'Group.Read.All',
  'hidden-memberships': 'Member.Read.Hidden',
  'export-users': 'User.ReadWrite.All',
  'export-groups': 'Group.ReadWrite.All',
  'watch-secrets': 'Application.Read.All',
};

/** The permissions of some switches, in the order of the list. */
export function permissionsOf(switches: readonly Switch[]): readonly string[] {
  return SWITCHES.filter((one) => switches.includes(one)).map((one) => PERMISSIONS[one]);
}

/** Whether a permission is one that this set-up grants, and takes away when its switch is off. */
export function isOurs(permission: string): boolean {
  return Object.values(PERMISSIONS).includes(permission);
}
