import { z } from 'zod';
import { graphTime } from '../clock.ts';
import { nameWhenDeleted, nameWhenRestored } from '../directory/deleted-name.ts';
import { type DirectoryObject, isLive, type Properties } from '../directory/directory-object.ts';
import { withWholeAttributes } from '../graph/extension-attributes.ts';
import { GROUP_KINDS, propertiesOfKind } from '../seed/groups.ts';
import { plainName } from '../seed/names.ts';
import { DEFAULT_DOMAIN } from '../seed/organisation.ts';
import {
  type ControlAnswer,
  ControlError,
  type ControlRequest,
  type ControlWorld,
  findObject,
  propertiesSchema,
  shownObject,
} from './control.ts';
import { isShownMember } from './dump.ts';

const SEARCH_LIMIT = 50;
const MEMBERS_SHOWN = 1000;

const kindOf = ({ segments }: ControlRequest): 'user' | 'group' =>
  segments[0] === 'users' ? 'user' : 'group';

function subject({ world }: ControlWorld, request: ControlRequest): DirectoryObject {
  return findObject(world.directory, kindOf(request), request.segments[1] ?? '');
}

/** Live objects whose display name, sign-in name or mail contains the text; at most 50. */
export function searchObjects(control: ControlWorld, request: ControlRequest): ControlAnswer {
  const wanted = (request.query.get('search') ?? '').toLowerCase();
  const found: object[] = [];
  for (const object of control.world.directory.all(kindOf(request))) {
    if (found.length >= SEARCH_LIMIT) break;
    const { displayName, userPrincipalName, mail } = object.state.properties;
    const texts = [displayName, userPrincipalName, mail].filter((text) => typeof text === 'string');
    if (!isLive(object.state) || !texts.some((text) => text.toLowerCase().includes(wanted)))
      continue;
    found.push(shownObject(object));
  }
  return { status: 200, body: { value: found } };
}

/** One object, deleted or not; a group with its first 1,000 members and their number. */
export function showObject(control: ControlWorld, request: ControlRequest): ControlAnswer {
  const object = subject(control, request);
  if (object.kind !== 'group') return { status: 200, body: shownObject(object) };
  const members = (object.membership?.links ?? [])
    .filter(isShownMember)
    .map(({ member }) => ({ id: member.id, kind: member.kind }));
  return {
    status: 200,
    body: {
      ...shownObject(object),
      memberCount: members.length,
      members: members.slice(0, MEMBERS_SHOWN),
    },
  };
}

/** Creates an object with any properties; what makes it complete is filled in. */
export function createObject(control: ControlWorld, request: ControlRequest): ControlAnswer {
  const { world } = control;
  const { manager, administrator, groupKind, ...given } = propertiesSchema.parse(
    request.body ?? {},
  );
  const kind = kindOf(request);
  const createdDateTime = graphTime(world.clock.now());
  const properties =
    kind === 'user'
      ? completeUser(control, given)
      : completeGroup({ given, id: world.random.guid(), groupKind });
  checkName(control, properties.userPrincipalName);
  const object = world.directory.create(
    kind,
    withWholeAttributes({ createdDateTime, ...properties }),
  );
  putBeside(control, object, { manager, administrator });
  return { status: 201, body: shownObject(object) };
}

function completeUser(control: ControlWorld, given: Properties): Properties {
  const displayName = typeof given.displayName === 'string' ? given.displayName : 'New User';
  const plain = displayName.split(/\s+/).map(plainName).filter(Boolean).join('.');
  const alias = freeAlias(control, plain);
  return {
    userPrincipalName: `${alias}@${DEFAULT_DOMAIN}`,
    mailNickname: alias,
    accountEnabled: true,
    userType: 'Member',
    businessPhones: [],
    ...given,
    displayName,
  };
}

interface NewGroup {
  readonly given: Properties;
  readonly id: string;
  readonly groupKind: unknown;
}

function completeGroup({ given, id, groupKind = 'security' }: NewGroup): Properties {
  const displayName = typeof given.displayName === 'string' ? given.displayName : 'New Group';
  const nickname = `${plainName(displayName).slice(0, 50)}-${id.slice(0, 8)}`;
  return {
    ...propertiesOfKind(z.enum(GROUP_KINDS).parse(groupKind), nickname),
    ...given,
    displayName,
  };
}

/** Sets any property, and what goes beside them. */
export function changeObject(control: ControlWorld, request: ControlRequest): ControlAnswer {
  const object = subject(control, request);
  const { manager, administrator, ...values } = propertiesSchema.parse(request.body);
  if (object.kind === 'user') checkName(control, values.userPrincipalName, object);
  control.world.directory.update(object, withWholeAttributes(values, object));
  putBeside(control, object, { manager, administrator });
  return { status: 200, body: shownObject(object) };
}

/** What is no property: a user's manager (an id or null), and whether it is an administrator. */
function putBeside(
  control: ControlWorld,
  object: DirectoryObject,
  { manager, administrator }: { readonly manager: unknown; readonly administrator: unknown },
): void {
  if (manager !== undefined) putManager(control, object, manager);
  if (administrator !== undefined) object.isAdministrator = z.boolean().parse(administrator);
}

function putManager({ world }: ControlWorld, user: DirectoryObject, manager: unknown): void {
  const id = z.string().nullable().parse(manager);
  const found = id === null ? undefined : findObject(world.directory, 'user', id);
  world.directory.setManager(user, found);
}

/** The first of `ada`, `ada2`, `ada3` … that nobody has. */
function freeAlias(control: ControlWorld, plain: string): string {
  let alias = plain;
  for (let n = 2; ownersOf(control, `${alias}@${DEFAULT_DOMAIN}`).length > 0; n += 1)
    alias = `${plain}${n}`;
  return alias;
}

/** Two accounts can never share a sign-in name, whoever creates them. */
function checkName(control: ControlWorld, name: unknown, owner?: DirectoryObject): void {
  if (typeof name !== 'string') return;
  if (ownersOf(control, name).some((other) => other !== owner)) {
    throw new ControlError(409, `The user principal name '${name}' is taken.`);
  }
}

function ownersOf({ world }: ControlWorld, name: string): readonly DirectoryObject[] {
  return world.directory.find('user', 'userPrincipalName', name);
}

/** Soft by default; `?hard=true` removes it for good, also what is deleted already. */
export function deleteObject(control: ControlWorld, request: ControlRequest): ControlAnswer {
  const { directory } = control.world;
  const object = subject(control, request);
  if (request.query.get('hard') === 'true') directory.purge(object);
  else if (isLive(object.state)) directory.softDelete(object, nameWhenDeleted(object));
  return { status: 204 };
}

/** Brings a soft-deleted object back under its old name. */
export function restoreObject(control: ControlWorld, request: ControlRequest): ControlAnswer {
  const object = subject(control, request);
  if (isLive(object.state)) throw new ControlError(409, `'${object.id}' is not deleted.`);
  const values = nameWhenRestored(object);
  checkName(control, values.userPrincipalName, object);
  control.world.directory.restore(object, values);
  return { status: 200, body: shownObject(object) };
}
