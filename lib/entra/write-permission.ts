import type { WriteSubject } from './write-request.ts';

/** What lets an application manage groups that directory roles can be assigned to. */
export const MANAGES_ROLES = 'RoleManagement.ReadWrite.Directory';

/** Any of them will do; the first is the least (Graph docs: the pages of the operations). */
const USERS = ['User.ReadWrite.All', 'Directory.ReadWrite.All'] as const;
const GROUPS = ['Group.ReadWrite.All', 'Directory.ReadWrite.All'] as const;
const MEMBERS = ['GroupMember.ReadWrite.All', ...GROUPS] as const;

/** Whether any permission of these lets an application do more than read. */
export function mayWriteAnything(granted: ReadonlySet<string>): boolean {
  return [...granted].some((role) => !/^[\w-]+\.Read(Basic)?(\.|$)/.test(role));
}

/** What to do where Graph denies a write. @param granted undefined where it is not known */
export function whatItTakes(
  subject: WriteSubject,
  granted: ReadonlySet<string> | undefined,
): string {
  const enough = permissionsFor(subject);
  const permission = `the application needs the permission ${enough[0]}`;
  if (granted && !enough.some((role) => granted.has(role))) return permission;
  const more = MORE[subject.kind];
  return granted ? more : `${permission}, or ${more}`;
}

/** Beside a permission (Graph docs: users overview, sensitive actions; group resource type). */
const MORE = {
  user: 'the application needs a directory role such as User Administrator for administrators and passwords; some properties no application can write',
  group: `the application needs the permission ${MANAGES_ROLES} for groups that roles can be assigned to`,
} as const;

function permissionsFor({ kind, part }: WriteSubject): readonly [string, ...string[]] {
  if (kind === 'user') return USERS;
  return part === 'members' ? MEMBERS : GROUPS;
}
