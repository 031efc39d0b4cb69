import type { DirectoryObject, Properties } from '../directory/directory-object.ts';
import { checkNotSynced } from './check-values.ts';
import type { Caller } from './graph-call.ts';
import { accessDenied, badRequest, refusedWith } from './graph-error.ts';
import { MANAGE_ROLES } from './permissions.ts';
import type { TenantWorld } from './tenant-world.ts';

function hasType({ groupTypes }: Properties, type: string): boolean {
  return Array.isArray(groupTypes) && groupTypes.includes(type);
}

/** A Microsoft 365 group. */
export const isUnified = (properties: Properties): boolean => hasType(properties, 'Unified');

/** Members follow from a rule. */
export const isDynamic = (properties: Properties): boolean =>
  hasType(properties, 'DynamicMembership');

/** Mail-enabled security groups and distribution lists are Exchange's; Graph only reads them. */
export const isReadOnly = (properties: Properties): boolean =>
  properties.mailEnabled === true && !isUnified(properties);

/** Security groups that can be members of others. */
const isSecurity = (properties: Properties): boolean =>
  properties.securityEnabled === true && !isUnified(properties);

/**
 * Throws GraphError where the caller may not write a group to which directory roles can be
 * assigned, or where Graph writes no such group at all.
 */
export function checkWritable(world: TenantWorld, caller: Caller, group: DirectoryObject): void {
  const { properties } = group.state;
  if (properties.isAssignableToRole === true) checkManagesRoles(caller);
  if (isReadOnly(properties)) {
    throw refusedWith(
      world.openPoints.mailEnabledGroupStatus,
      'Cannot Update a mail-enabled security groups and or distribution list.',
    );
  }
  checkNotSynced(group);
}

/** Throws GraphError 403 where the caller may not manage directory roles. */
export function checkManagesRoles(caller: Caller): void {
  if (!caller.roles.has(MANAGE_ROLES)) throw accessDenied();
}

/** Throws GraphError, as `checkWritable` does, or where nobody can set the group's members. */
export function checkMembersWritable(
  world: TenantWorld,
  caller: Caller,
  group: DirectoryObject,
): void {
  checkWritable(world, caller, group);
  if (isDynamic(group.state.properties)) throw membersFollow(world);
}

/** The refusal of setting members that follow from a rule. */
export const membersFollow = ({ openPoints }: TenantWorld) =>
  refusedWith(
    openPoints.dynamicGroupStatus,
    'Insufficient permissions or unsupported operation: the members of a dynamic group follow from its membership rule.',
  );

/**
 * Security groups take users, security groups and devices; Microsoft 365 groups take users only
 * and cannot be members (Graph docs: add members). Throws GraphError 400.
 */
export function checkCanJoin(group: Properties, member: DirectoryObject): void {
  const isAllowed = isUnified(group)
    ? member.kind === 'user'
    : member.kind !== 'group' || isSecurity(member.state.properties);
  if (!isAllowed) {
    throw badRequest(`Invalid object type '${member.kind}' for the members of this group.`);
  }
}
