import type { Properties } from './entry.ts';

/** What decides whether the members of a group may be written. */
export const MEMBER_NATURE = ['groupTypes', 'isAssignableToRole', 'mailEnabled'] as const;

/**
 * Why the members of a group are left alone (Graph docs: groups overview; use groups to manage role
 * assignments): undefined where nothing that is known of it speaks against it.
 */
export function whyMembersStay(properties: Properties): string | undefined {
  const { groupTypes } = properties;
  const types = Array.isArray(groupTypes) ? groupTypes : [];
  if (properties.onPremisesSyncEnabled === true)
    return 'the group is synced from on-premises; change it there';
  if (properties.mailEnabled === true && !types.includes('Unified'))
    return 'the group is mail-enabled: only Exchange writes it';
  if (types.includes('DynamicMembership')) return 'who is in the group follows from a rule';
  if (properties.isAssignableToRole === true)
    return 'the group gives directory roles: its members are not for an application to choose';
  return undefined;
}
