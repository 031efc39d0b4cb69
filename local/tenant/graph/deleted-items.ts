import { z } from 'zod';
import { nameWhenRestored } from '../directory/deleted-name.ts';
import type { DirectoryObject, Properties } from '../directory/directory-object.ts';
import { addressesWhenRestored } from './addresses.ts';
import { checkMayTouch } from './administrators.ts';
import {
  type GraphAnswer,
  type GraphCall,
  listOption,
  noContent,
  ok,
  type Params,
} from './graph-call.ts';
import { accessDenied, badRequest, notFound } from './graph-error.ts';
import { checkManagesRoles, isUnified } from './group-kind.ts';
import { answerList, checkListOptions, filterOf } from './list.ts';
import { DELETE_USERS, holdsAny, READ_GROUPS, READ_USERS, WRITE_GROUPS } from './permissions.ts';
import { present, presentTyped, selectedNames } from './present.ts';
import type { Route } from './route.ts';
import type { TenantWorld } from './tenant-world.ts';
import { checkUserName } from './user-name.ts';

const PATH = 'directory/deletedItems';
const READ: Readonly<Record<'user' | 'group', readonly string[]>> = {
  user: READ_USERS,
  group: READ_GROUPS,
};
const WRITE = { user: DELETE_USERS, group: WRITE_GROUPS };

/** Deleted users and groups: they lie there for 30 days. */
export function deletedItemRoutes(world: TenantWorld): readonly Route[] {
  const lists = (['user', 'group'] as const).map(
    (kind): Route => ({
      method: 'GET',
      pattern: `${PATH}/microsoft.graph.${kind}`,
      roles: READ[kind],
      handle: (call) => listDeleted(world, call, kind),
    }),
  );
  const item = { pattern: `${PATH}/{id}`, roles: [] };
  return [
    ...lists,
    { ...item, method: 'GET', handle: (call, params) => getDeleted(world, call, params) },
    { ...item, method: 'DELETE', handle: (call, params) => purge(world, call, params) },
    {
      ...item,
      method: 'POST',
      pattern: `${PATH}/{id}/restore`,
      handle: (call, params) => restore(world, call, params),
    },
  ];
}

function listDeleted(world: TenantWorld, call: GraphCall, kind: 'user' | 'group'): GraphAnswer {
  checkListOptions(call);
  const filter = filterOf(call, kind);
  const select = selectedNames(kind, listOption(call, '$select'));
  return answerList(call, {
    context: `${kind}s`,
    entries: [...world.directory.deleted(kind)],
    show: (object) =>
      filter?.fits(object, object.state) === false ? undefined : shown(object, select),
  });
}

/** A security group shows here as if it were none: a known fault of Graph (docs: deletedItems list). */
function shown(object: DirectoryObject, select: readonly string[] | undefined): object {
  const names = select === undefined ? undefined : [...select];
  const own = present(object, object.state, names);
  const isSecurity = object.kind === 'group' && !isUnified(object.state.properties);
  return {
    ...own,
    ...(select === undefined && present(object, object.state, ['deletedDateTime'])),
    ...(isSecurity && 'securityEnabled' in own && { securityEnabled: false }),
  };
}

type DeletedObject = DirectoryObject & { readonly kind: 'user' | 'group' };

function deletedObject(world: TenantWorld, id: string): DeletedObject {
  const object = world.directory.get(id);
  if (object?.state.deletedAt === undefined || object.kind === 'device') throw notFound(id);
  return object as DeletedObject;
}

function getDeleted(world: TenantWorld, call: GraphCall, params: Params): GraphAnswer {
  const object = deletedObject(world, params.id ?? '');
  if (!holdsAny(call.caller, READ[object.kind])) throw accessDenied();
  const select = selectedNames(object.kind, listOption(call, '$select'));
  return ok({
    '@odata.context': `${call.origin}/v1.0/$metadata#directoryObjects/$entity`,
    '@odata.type': `#microsoft.graph.${object.kind}`,
    ...shown(object, select),
  });
}

function purge(world: TenantWorld, call: GraphCall, params: Params): GraphAnswer {
  const object = deletedObject(world, params.id ?? '');
  checkMayWrite(call, object);
  world.directory.purge(object);
  return noContent;
}

/** Throws GraphError 403. */
function checkMayWrite({ caller }: GraphCall, object: DeletedObject): void {
  if (!holdsAny(caller, WRITE[object.kind])) throw accessDenied();
  checkMayTouch(caller, object);
  if (object.state.properties.isAssignableToRole === true) checkManagesRoles(caller);
}

const restoreSchema = z
  .object({
    autoReconcileProxyConflict: z.boolean().optional(),
    newUserPrincipalName: z.string().optional(),
  })
  .default({});

function restore(world: TenantWorld, call: GraphCall, params: Params): GraphAnswer {
  const object = deletedObject(world, params.id ?? '');
  checkMayWrite(call, object);
  const body = restoreSchema.safeParse(call.body);
  if (!body.success) throw badRequest('Invalid request body.');
  const { newUserPrincipalName, autoReconcileProxyConflict = false } = body.data;
  world.directory.restore(object, {
    ...nameAfter(world, object, newUserPrincipalName),
    ...addressesWhenRestored(world, object, autoReconcileProxyConflict),
  });
  return ok({
    '@odata.context': `${call.origin}/v1.0/$metadata#directoryObjects/$entity`,
    ...presentTyped(object, object.state, undefined),
  });
}

/** The old sign-in name may belong to somebody else by now. Throws GraphError 400. */
function nameAfter(
  world: TenantWorld,
  object: DirectoryObject,
  wanted: string | undefined,
): Properties {
  if (object.kind !== 'user') return {};
  const restored = nameWhenRestored(object);
  const name = wanted ?? restored.userPrincipalName;
  if (typeof name !== 'string') return restored;
  checkUserName(world, name, object);
  return { userPrincipalName: name };
}
