import type { MemberItem } from '../../lib/sync/entry.ts';
import type { FakeTenant } from './fake-tenant.ts';

type Tenant = Pick<FakeTenant, 'users' | 'groups' | 'lifeOf' | 'kindOf'>;

/** A group's members as its list shows them: who lies in the bin is left out, but stays a member. */
export function membersNow(tenant: Tenant, groupId: string): readonly MemberItem[] {
  const group = tenant.groups.get(groupId);
  if (group?.life !== 'live') return [];
  const living = [...group.members].filter((id) => tenant.lifeOf(id) === 'live');
  return living.map((id) => ({ id, kind: tenant.kindOf(id), removed: false }));
}

/** A user's manager; null where there is none, or where user or manager lie in the bin. */
export function managerNow(tenant: Tenant, userId: string): string | null {
  const user = tenant.users.get(userId);
  if (user?.life !== 'live' || typeof user.manager !== 'string') return null;
  return tenant.lifeOf(user.manager) === 'live' ? user.manager : null;
}
