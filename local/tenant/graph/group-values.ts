import { graphTime } from '../clock.ts';
import type { DirectoryObject, Properties } from '../directory/directory-object.ts';
import { DEFAULT_DOMAIN } from '../seed/organisation.ts';
import { checkValues } from './check-values.ts';
import { badRequest, objectConflict } from './graph-error.ts';
import { isDynamic, isReadOnly, isUnified } from './group-kind.ts';
import { checkMailNickname } from './mail-nickname.ts';
import type { TenantWorld } from './tenant-world.ts';

/** What makes a group one of its kind. */
const KIND = [
  'groupTypes',
  'mailEnabled',
  'securityEnabled',
  'membershipRule',
  'isAssignableToRole',
];
const TYPES: ReadonlySet<unknown> = new Set(['Unified', 'DynamicMembership']);
const VISIBILITIES: ReadonlySet<unknown> = new Set(['Private', 'Public', 'HiddenMembership', null]);
const RULE_STATES: ReadonlySet<unknown> = new Set(['On', 'Paused', null]);

const invalid = (name: string) =>
  badRequest(`Invalid value specified for property '${name}' of resource 'Group'.`);

/** Refuses what a group cannot have; `owner` is absent for a new one. Throws GraphError 400. */
export function checkGroupValues(
  world: TenantWorld,
  values: Properties,
  owner?: DirectoryObject,
): void {
  checkValues('group', values);
  checkMailNickname(values.mailNickname, 'Group');
  checkChoices(values);
  const after = { ...owner?.state.properties, ...values };
  if (KIND.some((name) => values[name] !== undefined)) checkKind(after);
  if (owner !== undefined) checkUnchanged(owner.state.properties, values);
  if (values.mailNickname !== undefined) checkNicknameFree(world, after, owner);
}

function checkChoices({ groupTypes, visibility, membershipRuleProcessingState }: Properties): void {
  const types = groupTypes ?? [];
  if (Array.isArray(types) && !types.every((type) => TYPES.has(type))) throw invalid('groupTypes');
  if (visibility !== undefined && !VISIBILITIES.has(visibility)) throw invalid('visibility');
  const state = membershipRuleProcessingState;
  if (state !== undefined && !RULE_STATES.has(state))
    throw invalid('membershipRuleProcessingState');
}

/** The kinds that Graph can write (Graph docs: groups overview). */
function checkKind(group: Properties): void {
  if (isReadOnly(group)) {
    throw badRequest('The service does not support writing of mail-enabled groups.');
  }
  if (isUnified(group) && group.mailEnabled !== true) throw invalid('mailEnabled');
  if (!isUnified(group) && group.securityEnabled !== true) throw invalid('securityEnabled');
  if (isDynamic(group) && typeof group.membershipRule !== 'string') throw invalid('membershipRule');
  if (group.isAssignableToRole !== true) return;
  // Roles are for security groups with members that somebody chose (Graph docs: create group).
  if (group.securityEnabled !== true || isDynamic(group)) throw invalid('isAssignableToRole');
}

/** A group cannot become, or cease to be, one for roles or a Microsoft 365 group. */
function checkUnchanged(before: Properties, values: Properties): void {
  const { isAssignableToRole, groupTypes } = values;
  const isForRoles = before.isAssignableToRole === true;
  if (isAssignableToRole !== undefined && (isAssignableToRole === true) !== isForRoles) {
    throw badRequest("Property 'isAssignableToRole' cannot be changed after creation.");
  }
  if (groupTypes !== undefined && isUnified(values) !== isUnified(before)) {
    throw invalid('groupTypes');
  }
}

/** Only Microsoft 365 groups need a nickname of their own (Graph docs: group resource type). */
function checkNicknameFree(
  world: TenantWorld,
  group: Properties,
  owner: DirectoryObject | undefined,
): void {
  const { mailNickname } = group;
  if (!isUnified(group) || typeof mailNickname !== 'string') return;
  const others = world.directory.find('group', 'mailNickname', mailNickname);
  const isTaken = others.some((other) => other !== owner && isUnified(other.state.properties));
  if (isTaken) throw objectConflict(world, 'mailNickname');
}

/** A new group with the defaults of its kind (Graph docs: create group). */
export function completedGroupValues(world: TenantWorld, values: Properties): Properties {
  const now = graphTime(world.clock.now());
  const nickname = typeof values.mailNickname === 'string' ? values.mailNickname : '';
  const mail = `${nickname}@${DEFAULT_DOMAIN}`;
  return {
    groupTypes: [],
    visibility: isUnified(values) ? 'Public' : 'Private',
    createdDateTime: now,
    renewedDateTime: now,
    ...(values.mailEnabled === true && { mail, proxyAddresses: [`SMTP:${mail}`] }),
    ...values,
  };
}
