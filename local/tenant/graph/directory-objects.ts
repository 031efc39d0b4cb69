import { z } from 'zod';
import { isLive } from '../directory/directory-object.ts';
import { type GraphAnswer, type GraphCall, listOption, ok } from './graph-call.ts';
import { badRequest } from './graph-error.ts';
import { readable, readableState } from './list.ts';
import { READ_GROUPS, READ_USERS_BASICALLY } from './permissions.ts';
import { presentMember } from './present.ts';
import type { Route } from './route.ts';
import type { TenantWorld } from './tenant-world.ts';

const bodySchema = z.object({
  ids: z.array(z.string()).max(1000),
  types: z.array(z.string()).optional(),
});

const ROLES = [...new Set([...READ_USERS_BASICALLY, ...READ_GROUPS])];

/** Objects of any kind by id. */
export function directoryObjectRoutes(world: TenantWorld): readonly Route[] {
  const batch = ['getByIds', 'microsoft.graph.getByIds'].map(
    (name): Route => ({
      method: 'POST',
      pattern: `directoryObjects/${name}`,
      roles: ROLES,
      units: 5,
      unitsWithSelect: 2,
      isRead: true,
      handle: (call) => getByIds(world, call),
    }),
  );
  const one: Route = {
    method: 'GET',
    pattern: 'directoryObjects/{id}',
    roles: ROLES,
    handle: (call, { id = '' }) => {
      const { object, state } = readable(world, world.directory.get(id), id);
      const view = { caller: call.caller, select: listOption(call, '$select') };
      return ok(presentMember(object, state, view));
    },
  };
  return [...batch, one];
}

/** Ids that are not found are just missing from the answer. */
function getByIds(world: TenantWorld, call: GraphCall): GraphAnswer {
  const body = bodySchema.safeParse(call.body);
  if (!body.success) throw badRequest('Invalid request body: at most 1000 ids are expected.');
  const types = body.data.types?.map((type) => type.toLowerCase());
  const view = { caller: call.caller, select: listOption(call, '$select') };
  const value = [...new Set(body.data.ids)].flatMap((id) => {
    const object = world.directory.get(id);
    const state = object && readableState(world, object);
    if (object === undefined || !isLive(state)) return [];
    if (types !== undefined && !types.includes(object.kind)) return [];
    return [presentMember(object, state, view)];
  });
  return ok({ '@odata.context': `${call.origin}/v1.0/$metadata#directoryObjects`, value });
}
