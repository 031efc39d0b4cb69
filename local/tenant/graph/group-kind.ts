import type { DirectoryObject, Properties } from '../directory/directory-object.ts';
import { checkNotSynced } from './check-values.ts';
import { badRequest } from './graph-error.ts';

function hasType({ groupTypes }: Properties, type: string): boolean {
  return Array.isArray(groupTypes) && groupTypes.includes(type);
}

/** A Microsoft 365 group. */
export const isUnified = (properties: Properties): boolean => hasType(properties, 'Unified');

/** Members follow from a rule. */
const isDynamic = (properties: Properties): boolean => hasType(properties, 'DynamicMembership');

/** Mail-enabled security groups and distribution lists are Exchange's; Graph only reads them. */
const isReadOnly = (properties: Properties): boolean =>
  properties.mailEnabled === true && !isUnified(properties);

/** Throws GraphError 400 where Graph cannot write the group. */
export function checkWritable(group: DirectoryObject): void {
  if (isReadOnly(group.state.properties)) {
    throw badRequest('Cannot Update a mail-enabled security groups and or distribution list.');
  }
  checkNotSynced(group);
}

/** Throws GraphError 400 where nobody can set the group's members. */
export function checkMembersWritable(group: DirectoryObject): void {
  checkWritable(group);
  if (isDynamic(group.state.properties)) {
    throw badRequest(
      'Insufficient permissions or unsupported operation: the members of a dynamic group follow from its membership rule.',
    );
  }
}

/**
 * Security groups take users, security groups and devices; Microsoft 365 groups take users only
 * and cannot be members (Graph docs: add members). Throws GraphError 400.
 */
export function checkCanJoin(group: DirectoryObject, member: DirectoryObject): void {
  const isAllowed = isUnified(group.state.properties)
    ? member.kind === 'user'
    : member.kind !== 'group' || !isUnified(member.state.properties);
  if (!isAllowed) {
    throw badRequest(`Invalid object type '${member.kind}' for the members of this group.`);
  }
}
