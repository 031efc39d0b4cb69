import type { Route } from '../graph/route.ts';
import type { TenantWorld } from '../graph/tenant-world.ts';
import { applicationRoutes } from './application-routes.ts';
import { assignmentRoutes } from './assignment-routes.ts';
import { federatedRoutes } from './federated-routes.ts';
import { principalRoutes } from './principal-routes.ts';

/** Registrations of applications, their service principals, trusts and roles. */
export function registrationRoutes(world: TenantWorld): readonly Route[] {
  const { registrations } = world;
  return [
    ...applicationRoutes(world),
    ...federatedRoutes(registrations),
    ...principalRoutes(registrations),
    ...assignmentRoutes(world),
  ];
}
