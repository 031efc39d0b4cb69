import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { graphTime } from '../clock.ts';
import { isLive } from '../directory/directory-object.ts';
import { created, noContent, ok, type Params } from '../graph/graph-call.ts';
import { badRequest, GraphError, notFound } from '../graph/graph-error.ts';
import type { Route } from '../graph/route.ts';
import type { TenantWorld } from '../graph/tenant-world.ts';
import { listed } from './application-routes.ts';
import { principalOf } from './principal-routes.ts';
import type { StoredAssignment } from './registration-book.ts';
import { ASSIGN_ROLES, READ_REGISTRATIONS } from './registration-permissions.ts';

const newSchema = z.looseObject({
  principalId: z.guid(),
  resourceId: z.guid(),
  appRoleId: z.guid(),
});

/** The two ends that an assignment is seen from. */
const ENDS = { appRoleAssignments: 'principalId', appRoleAssignedTo: 'resourceId' } as const;

/** Roles that principals have of applications: Graph's permissions too (Graph docs: appRoleAssignment). */
export function assignmentRoutes(world: TenantWorld): readonly Route[] {
  const { assignments } = world.registrations;
  return Object.entries(ENDS).flatMap(([name, end]): Route[] => [
    {
      method: 'GET',
      pattern: `servicePrincipals/{id}/${name}`,
      roles: READ_REGISTRATIONS,
      handle: (call, { id = '' }) => {
        const own = principalOf(world.registrations, id).id;
        return ok(
          listed(
            call,
            [...assignments.values()].filter((one) => one[end] === own),
          ),
        );
      },
    },
    {
      method: 'POST',
      pattern: `servicePrincipals/{id}/${name}`,
      roles: ASSIGN_ROLES,
      handle: ({ body }, { id = '' }) => {
        const own = principalOf(world.registrations, id).id;
        const made = newAssignment(world, body);
        if (made[end] !== own) throw badRequest(`Invalid value specified for property '${end}'.`);
        assignments.set(made.id, made);
        return created(made);
      },
    },
    {
      method: 'DELETE',
      pattern: `servicePrincipals/{id}/${name}/{assignmentId}`,
      roles: ASSIGN_ROLES,
      handle: (_call, params) => {
        removeAssignment(world, end, params);
        return noContent;
      },
    },
  ]);
}

function removeAssignment(
  { registrations }: TenantWorld,
  end: 'principalId' | 'resourceId',
  { id = '', assignmentId = '' }: Params,
): void {
  const known = registrations.assignments.get(assignmentId);
  if (known?.[end] !== principalOf(registrations, id).id) throw notFound(assignmentId);
  registrations.assignments.delete(assignmentId);
}

function newAssignment(world: TenantWorld, body: unknown): StoredAssignment {
  const parsed = newSchema.safeParse(body);
  if (!parsed.success) throw badRequest('principalId, resourceId and appRoleId are required.');
  const { principalId, resourceId, appRoleId } = parsed.data;
  const { registrations } = world;
  if (!isThere(world, principalId)) throw notFound(principalId);
  const roles = registrations.rolesOf(principalOf(registrations, resourceId));
  if (!roles.some((role) => role.id === appRoleId))
    throw badRequest('Permission being assigned was not found on application');
  const isDouble = [...registrations.assignments.values()].some(
    (one) =>
      one.principalId === principalId &&
      one.resourceId === resourceId &&
      one.appRoleId === appRoleId,
  );
  if (isDouble)
    throw new GraphError(400, [
      'InvalidUpdate',
      'Permission being assigned already exists on the object',
    ]);
  const id = randomBytes(32).toString('base64url');
  const createdDateTime = graphTime(world.clock.now());
  return { id, principalId, resourceId, appRoleId, createdDateTime };
}

function isThere({ directory, registrations }: TenantWorld, principalId: string): boolean {
  if (registrations.principals.has(principalId)) return true;
  const object = directory.get(principalId);
  return object !== undefined && isLive(object.state);
}
