import type { DirectoryObject, Json, Properties } from '../directory/directory-object.ts';
import { bodyRecord } from './check-values.ts';
import {
  type Caller,
  created,
  type GraphAnswer,
  type GraphCall,
  noContent,
  type Params,
} from './graph-call.ts';
import { accessDenied, badRequest, valueRequired } from './graph-error.ts';
import {
  checkManagesRoles,
  checkMembersWritable,
  checkWritable,
  isDynamic,
  isUnified,
  membersFollow,
} from './group-kind.ts';
import { findGroup } from './group-reads.ts';
import { checkGroupValues, completedGroupValues } from './group-values.ts';
import { checkJoining, groupToJoin, joinAll, membersToJoin } from './joining.ts';
import { CREATE_GROUPS, holdsAny, WRITE_GROUPS, WRITE_MEMBERS } from './permissions.ts';
import { present } from './present.ts';
import { boundIds } from './reference.ts';
import type { Route } from './route.ts';
import type { TenantWorld } from './tenant-world.ts';

const REQUIRED = ['displayName', 'mailEnabled', 'mailNickname', 'securityEnabled'];
const MOST_BOUND = 20;

/** Creating, changing and deleting groups. */
export function groupWriteRoutes(world: TenantWorld): readonly Route[] {
  return [
    {
      method: 'POST',
      pattern: 'groups',
      roles: CREATE_GROUPS,
      handle: (call) => postGroup(world, call),
    },
    {
      method: 'PATCH',
      pattern: 'groups/{id}',
      roles: WRITE_MEMBERS,
      handle: (call, params) => patchGroup(world, call, params),
    },
    {
      method: 'DELETE',
      pattern: 'groups/{id}',
      roles: WRITE_GROUPS,
      handle: ({ caller }, { id = '' }) => {
        removeGroup(world, caller, findGroup(world, id).object);
        return noContent;
      },
    },
  ];
}

interface GroupBody {
  readonly values: Readonly<Record<string, Json>>;
  readonly members: readonly string[];
  readonly owners: readonly string[];
}

function groupBody(call: GraphCall): GroupBody {
  const {
    'members@odata.bind': members = [],
    'owners@odata.bind': owners = [],
    ...values
  } = bodyRecord(call.body);
  const body = { values, members: boundIds(members), owners: boundIds(owners) };
  if (body.members.length + body.owners.length > MOST_BOUND) {
    throw badRequest(
      `The limit of ${String(MOST_BOUND)} references in one request to 'members' is exceeded.`,
    );
  }
  return body;
}

function postGroup(world: TenantWorld, call: GraphCall): GraphAnswer {
  const { values, members, owners } = groupBody(call);
  for (const name of REQUIRED) {
    if (values[name] === undefined) throw valueRequired(name, 'Group');
  }
  if (values.isAssignableToRole === true) checkManagesRoles(call.caller);
  checkGroupValues(world, values);
  checkOwners(world, owners);
  const joining = membersToJoin(world, members);
  if (joining.length > 0 && isDynamic(values)) throw membersFollow(world);
  checkJoining(values, joining);
  const group = world.directory.create('group', completedGroupValues(world, values));
  joinAll(world, group, joining);
  const context = `${call.origin}/v1.0/$metadata#groups/$entity`;
  return created({ '@odata.context': context, ...present(group, group.state, undefined) });
}

/** Owners are users, or service principals, of which there are none here. */
function checkOwners(world: TenantWorld, ids: readonly string[]): void {
  const owners = membersToJoin(world, ids);
  if (owners.some(({ kind }) => kind !== 'user')) {
    throw badRequest('Invalid object type for the owners of this group.');
  }
}

function patchGroup(world: TenantWorld, call: GraphCall, params: Params): GraphAnswer {
  const { values, members, owners } = groupBody(call);
  if (owners.length > 0) throw badRequest("Invalid property 'owners@odata.bind'.");
  const id = params.id ?? '';
  const object = members.length > 0 ? groupToJoin(world, id) : findGroup(world, id).object;
  checkMayPatch(world, call.caller, { object, values });
  const joining = membersToJoin(world, members);
  if (joining.length > 0) {
    checkMembersWritable(world, call.caller, object);
    checkJoining(object.state.properties, joining);
  }
  joinAll(world, object, joining);
  world.directory.update(object, values);
  return noContent;
}

interface GroupPatch {
  readonly object: DirectoryObject;
  readonly values: Properties;
}

/** Members can be set with less than the group's properties. Throws GraphError. */
function checkMayPatch(world: TenantWorld, caller: Caller, { object, values }: GroupPatch): void {
  if (Object.keys(values).length === 0) return;
  if (!holdsAny(caller, WRITE_GROUPS)) throw accessDenied();
  checkWritable(world, caller, object);
  checkGroupValues(world, values, object);
}

/**
 * Deletes a group: Microsoft 365 groups can be restored, security groups where it is set so. Throws
 * GraphError where it cannot be written.
 */
export function removeGroup(world: TenantWorld, caller: Caller, group: DirectoryObject): void {
  checkWritable(world, caller, group);
  const isKept = isUnified(group.state.properties) || world.openPoints.securityGroupsAreRestorable;
  if (isKept) world.directory.softDelete(group, {});
  else world.directory.purge(group);
}
