import { z } from 'zod';
import { domainSchema } from './graph/domains.ts';
import { limitsSchema } from './limits.ts';
import { openPointsSchema } from './open-points.ts';
import { registeredAppSchema } from './sign-in/registered-app.ts';
import { notificationOptionsSchema } from './subscriptions/notification-options.ts';

const seedSchema = z.object({
  users: z.number().int().nonnegative().default(200),
  groups: z.number().int().nonnegative().default(40),
  memberships: z.number().int().nonnegative().default(800),
  seed: z.number().int().default(1),
});

/** What can be said of a tenant in JSON. */
export const tenantOptionsSchema = z.object({
  /** 0 or absent = any free port. */
  port: z.number().int().nonnegative().optional(),
  host: z.string().optional(),
  tls: z.object({ key: z.string(), cert: z.string() }),
  /** A GUID; absent = one that follows from the seed. */
  tenantId: z.guid().optional(),
  apps: z.array(registeredAppSchema).optional(),
  /** Absent = an empty directory. */
  seed: seedSchema.optional(),
  /** Objects on a page of a delta; 200. */
  pageSize: z.number().int().positive().optional(),
  /** Members on a page of a delta, over all its groups; 1,000. */
  memberPageSize: z.number().int().positive().optional(),
  /** Throttling; absent = Graph's own limits for a tenant of this size, null = none. */
  limits: limitsSchema.optional(),
  /** Life of a delta token; 7 days. */
  deltaTokenSeconds: z.number().positive().optional(),
  /** How a delta token that is too old is refused; 400. */
  expiredTokenStatus: z.union([z.literal(400), z.literal(410)]).optional(),
  /** Domains beyond those that every tenant here has, or one of those otherwise. */
  domains: z.array(domainSchema).optional(),
  /** What the documentation leaves open; what is left out is as clients have seen it. */
  openPoints: openPointsSchema.prefault({}),
  /** PEM of the authority that receivers of notifications are trusted by; the machine's own. */
  callbackCa: z.string().optional(),
  notifications: notificationOptionsSchema,
});

/** How a tenant is to be; `now` gives the time in milliseconds and cannot travel in JSON. */
export type TenantOptions = z.input<typeof tenantOptionsSchema> & { readonly now?: () => number };
