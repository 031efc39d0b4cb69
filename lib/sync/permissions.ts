import type { Part } from './entra-credential.ts';
import type { RuleSettings } from './rules/settings.ts';

/** Graph's application permissions for one thing: any of them will do, the first is the least. */
type AnyOf = readonly [string, ...string[]];

const READ_ALL = ['Directory.Read.All', 'Directory.ReadWrite.All'] as const;

// Graph docs: the pages of the operations, and the permissions reference.
const READ_USERS: AnyOf = ['User.Read.All', 'User.ReadWrite.All', ...READ_ALL];
const READ_GROUPS: AnyOf = [
  'Group.Read.All',
  'GroupMember.Read.All',
  'Group.ReadWrite.All',
  'GroupMember.ReadWrite.All',
  ...READ_ALL,
];
/** The organisation shows its verified domains to whoever may read users, too. */
const READ_DOMAINS: AnyOf = ['Organization.Read.All', 'User.Read.All', ...READ_ALL];
const WRITE_USERS: AnyOf = ['User.ReadWrite.All', 'Directory.ReadWrite.All'];
const WRITE_GROUPS: AnyOf = ['Group.ReadWrite.All', 'Directory.ReadWrite.All'];

/** No permission to write stands in for these (Graph docs: create subscription). */
const SUBSCRIBE: readonly AnyOf[] = [['User.Read.All'], ['Group.Read.All']];

/** To read when the secrets of a registration end. */
const READ_EXPIRY: AnyOf = ['Application.Read.All', 'Application.ReadWrite.OwnedBy', ...READ_ALL];

/** The switches that decide what is needed. */
type Switches = Pick<RuleSettings, 'users' | 'groups'>;

function needed(part: Part, { users, groups }: Switches): readonly AnyOf[] {
  switch (part) {
    case 'users':
      return [READ_USERS];
    case 'groups':
      return [READ_GROUPS];
    case 'domains':
      return [READ_DOMAINS];
    case 'export':
      return [...(users.export ? [WRITE_USERS] : []), ...(groups.export ? [WRITE_GROUPS] : [])];
  }
}

/** What a part lacks under these switches: of each the least permission that would do. */
export function missingPermissions(
  part: Part,
  switches: Switches,
  granted: Iterable<string>,
): readonly string[] {
  return lacking(needed(part, switches), granted);
}

/** What notifications lack; without them the polling goes on alone. */
export function missingForNotifications(granted: Iterable<string>): readonly string[] {
  return lacking(SUBSCRIBE, granted);
}

/** What reading the expiry of secrets lacks. */
export function missingForExpiry(granted: Iterable<string>): readonly string[] {
  return lacking([READ_EXPIRY], granted);
}

function lacking(wanted: readonly AnyOf[], granted: Iterable<string>): readonly string[] {
  const held = new Set(granted);
  return wanted.filter((any) => !any.some((one) => held.has(one))).map(([least]) => least);
}
