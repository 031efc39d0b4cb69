import { registrationRoutes } from '../registrations/registration-routes.ts';
import { subscriptionRoutes } from '../subscriptions/subscription-routes.ts';
import type { Answering } from './answer-call.ts';
import { batchRoutes } from './batch.ts';
import { deletedItemRoutes } from './deleted-items.ts';
import { deltaRoutes } from './delta-routes.ts';
import { directoryObjectRoutes } from './directory-objects.ts';
import { groupReadRoutes } from './group-reads.ts';
import { groupWriteRoutes } from './group-writes.ts';
import { managerRoutes } from './manager-writes.ts';
import { memberReadRoutes } from './member-reads.ts';
import { memberWriteRoutes } from './member-writes.ts';
import { organizationRoutes } from './organization.ts';
import type { Route } from './route.ts';
import type { TenantWorld } from './tenant-world.ts';
import { userReadRoutes } from './user-reads.ts';
import { userWriteRoutes } from './user-writes.ts';

/** Every operation that this tenant answers; batches come back in by `answering`. */
export function graphRoutes(world: TenantWorld, answering: () => Answering): readonly Route[] {
  return [
    ...deltaRoutes(world),
    ...userReadRoutes(world),
    ...userWriteRoutes(world),
    ...managerRoutes(world),
    ...groupReadRoutes(world),
    ...groupWriteRoutes(world),
    ...memberReadRoutes(world),
    ...memberWriteRoutes(world),
    ...deletedItemRoutes(world),
    ...directoryObjectRoutes(world),
    ...organizationRoutes(world),
    ...registrationRoutes(world),
    ...subscriptionRoutes(world),
    ...batchRoutes(answering),
  ];
}
