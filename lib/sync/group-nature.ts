import type { Properties } from './entry.ts';

/** What decides whether a group may be deleted, and its members written, for an application. */
export const GROUP_NATURE = ['groupTypes', 'isAssignableToRole', 'mailEnabled'] as const;

/**
 * Whether it is known what kind of group it is: every group is mail-enabled or not (Graph docs: create
 * group). Before an export was on nobody asked.
 */
export function isNatureKnown(properties: Properties): boolean {
  return 'mailEnabled' in properties;
}

/**
 * Why a group and its members are left alone (Graph docs: groups overview; use groups to manage role
 * assignments): undefined where nothing that is known of it speaks against it.
 */
export function whyGroupStays(properties: Properties): string | undefined {
  const { groupTypes } = properties;
  const types = Array.isArray(groupTypes) ? groupTypes : [];
  if (properties.onPremisesSyncEnabled === true)
    return 'the group is synced from on-premises; change it there';
  if (properties.mailEnabled === true && !types.includes('Unified'))
    return 'the group is mail-enabled: only Exchange writes it';
  if (types.includes('DynamicMembership')) return 'who is in the group follows from a rule';
  if (properties.isAssignableToRole === true)
    return 'the group gives directory roles: it is not for an application to change';
  return undefined;
}
