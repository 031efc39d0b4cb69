import { graphTime } from '../clock.ts';
import type { DirectoryObject, Json } from '../directory/directory-object.ts';
import { DEFAULT_DOMAIN } from '../seed/organisation.ts';
import { bodyRecord, checkValues } from './check-values.ts';
import { created, type GraphAnswer, type GraphCall, noContent, type Params } from './graph-call.ts';
import { accessDenied, badRequest, objectConflict } from './graph-error.ts';
import { checkMembersWritable, checkWritable, isUnified } from './group-kind.ts';
import { findGroup } from './group-reads.ts';
import { joinAll, membersToJoin } from './joining.ts';
import { CREATE_GROUPS, holdsAny, WRITE_GROUPS, WRITE_MEMBERS } from './permissions.ts';
import { present } from './present.ts';
import { boundIds } from './reference.ts';
import type { Route } from './route.ts';
import type { TenantWorld } from './tenant-world.ts';

const REQUIRED = ['displayName', 'mailEnabled', 'mailNickname', 'securityEnabled'];
const MOST_BOUND = 20;
const NICKNAME = /^[\x21-\x7e]+$/;
const NOT_IN_NICKNAME = /[@()\\[\]";:<>, ]/;

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
      handle: (_call, params) => deleteGroup(world, params),
    },
  ];
}

interface GroupBody {
  readonly values: Readonly<Record<string, Json>>;
  readonly members: readonly string[] | undefined;
  readonly owners: readonly string[];
}

function groupBody(call: GraphCall): GroupBody {
  const {
    'members@odata.bind': members,
    'owners@odata.bind': owners,
    ...values
  } = bodyRecord(call.body);
  const body = {
    values,
    members: members === undefined ? undefined : boundIds(members),
    owners: owners === undefined ? [] : boundIds(owners),
  };
  if ((body.members?.length ?? 0) + body.owners.length > MOST_BOUND) {
    throw badRequest(
      `The limit of ${String(MOST_BOUND)} references in one request to 'members' is exceeded.`,
    );
  }
  return body;
}

function postGroup(world: TenantWorld, call: GraphCall): GraphAnswer {
  const { values, members, owners } = groupBody(call);
  for (const name of REQUIRED) {
    if (values[name] === undefined) {
      throw badRequest(`A value is required for property '${name}' of resource 'Group'.`);
    }
  }
  checkGroupValues(world, values);
  if (values.mailEnabled === true && !isUnified(values)) {
    throw badRequest('The service does not support writing of mail-enabled groups.');
  }
  const joining = membersToJoin(world, [...(members ?? []), ...owners]).slice(
    0,
    members?.length ?? 0,
  );
  const group = world.directory.create('group', completed(world, values));
  joinAll(world, group, joining);
  const context = `${call.origin}/v1.0/$metadata#groups/$entity`;
  return created({ '@odata.context': context, ...present(group, group.state, undefined) });
}

function completed(
  world: TenantWorld,
  values: Readonly<Record<string, Json>>,
): Readonly<Record<string, Json>> {
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

function checkGroupValues(
  world: TenantWorld,
  values: Readonly<Record<string, Json>>,
  owner?: DirectoryObject,
): void {
  checkValues('group', values);
  const { mailNickname } = values;
  if (typeof mailNickname !== 'string') return;
  if (!NICKNAME.test(mailNickname) || NOT_IN_NICKNAME.test(mailNickname)) {
    throw badRequest("Invalid value specified for property 'mailNickname' of resource 'Group'.");
  }
  // Only Microsoft 365 groups need a nickname of their own (Graph docs: group resource type).
  if (!isUnified(owner?.state.properties ?? values)) return;
  const others = world.directory.find('group', 'mailNickname', mailNickname);
  const taken = others.some((other) => other !== owner && isUnified(other.state.properties));
  if (taken) throw objectConflict('mailNickname');
}

function patchGroup(world: TenantWorld, call: GraphCall, params: Params): GraphAnswer {
  const { values, members } = groupBody(call);
  const { object } = findGroup(world, params.id ?? '');
  const hasValues = Object.keys(values).length > 0;
  if (hasValues && !holdsAny(call.caller, WRITE_GROUPS)) throw accessDenied();
  if (hasValues) checkWritable(object);
  checkGroupValues(world, values, object);
  if (members !== undefined) {
    checkMembersWritable(object);
    joinAll(world, object, membersToJoin(world, members));
  }
  world.directory.update(object, values);
  return noContent;
}

function deleteGroup(world: TenantWorld, params: Params): GraphAnswer {
  removeGroup(world, findGroup(world, params.id ?? '').object);
  return noContent;
}

/** Deletes a group: Microsoft 365 groups can be restored, security groups where it is set so. */
export function removeGroup(world: TenantWorld, group: DirectoryObject): void {
  checkWritable(group);
  const isKept = isUnified(group.state.properties) || world.settings.securityGroupsAreRestorable;
  if (isKept) world.directory.softDelete(group, {});
  else world.directory.purge(group);
}
