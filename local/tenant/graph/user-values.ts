import {
  type DirectoryObject,
  isLive,
  type Json,
  type Properties,
} from '../directory/directory-object.ts';
import { checkMailFree, withAddress } from './addresses.ts';
import { checkValues } from './check-values.ts';
import { checkExtensionAttributes, partsOf, withWholeAttributes } from './extension-attributes.ts';
import { badRequest, objectConflict, valueRequired } from './graph-error.ts';
import { checkMailNickname } from './mail-nickname.ts';
import type { TenantWorld } from './tenant-world.ts';
import { checkUserName } from './user-name.ts';

const NO_ORG_DATA: Properties = { division: null, costCenter: null };

/** Refuses what a user cannot have; `owner` is absent for a new one. Throws GraphError 400. */
export function checkUserValues(
  world: TenantWorld,
  values: Properties,
  owner?: DirectoryObject,
): void {
  checkValues('user', values);
  checkExtensionAttributes(values);
  checkOrgData(values.employeeOrgData);
  checkMailNickname(values.mailNickname, 'User');
  checkImmutableId(world, values.onPremisesImmutableId, owner);
  checkName(world, values, owner);
  checkMailFree(world, values.mail, owner);
}

/** In a federated domain a new user needs the id that it has there (Graph docs: create user). */
function checkName(
  world: TenantWorld,
  { userPrincipalName, onPremisesImmutableId }: Properties,
  owner: DirectoryObject | undefined,
): void {
  if (typeof userPrincipalName !== 'string') return;
  const { authenticationType } = checkUserName(world, userPrincipalName, owner);
  const hasId = typeof onPremisesImmutableId === 'string';
  if (authenticationType === 'Federated' && owner === undefined && !hasId) {
    throw valueRequired('onPremisesImmutableId', 'User');
  }
}

function checkOrgData(value: Json | undefined): void {
  for (const [name, part] of Object.entries(partsOf(value))) {
    const isText = typeof part === 'string' && part !== '';
    if (!Object.hasOwn(NO_ORG_DATA, name) || !(isText || part === null)) {
      throw badRequest(
        "Invalid value specified for property 'employeeOrgData' of resource 'User'.",
      );
    }
  }
}

/** Has no `$` and no `_`, and is unique (Graph docs: user resource type). */
function checkImmutableId(
  world: TenantWorld,
  id: Json | undefined,
  owner: DirectoryObject | undefined,
): void {
  if (typeof id !== 'string') return;
  if (/[$_]/.test(id)) {
    throw badRequest(
      "Invalid value specified for property 'onPremisesImmutableId' of resource 'User'.",
    );
  }
  const others = world.directory.find('user', 'onPremisesImmutableId', id);
  const isTaken = others.some((other) => other !== owner && isLive(other.state));
  if (isTaken) throw objectConflict(world, 'onPremisesImmutableId');
}

/** Values with all that follows from them. */
export function completedUserValues(values: Properties, owner?: DirectoryObject): Properties {
  return {
    ...withWholeAttributes(withWholeOrgData(values), owner),
    ...withAddress(values.mail, owner),
  };
}

/** A part that is not named becomes null (Graph docs: update user). */
function withWholeOrgData(values: Properties): Properties {
  const { employeeOrgData = null } = values;
  if (employeeOrgData === null) return values;
  return { ...values, employeeOrgData: { ...NO_ORG_DATA, ...partsOf(employeeOrgData) } };
}
