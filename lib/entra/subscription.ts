import { z } from 'zod';
import type { GraphSubscription } from '../ports/entra.ts';

/**
 * A subscription as Graph shows it (Graph docs: subscription). Times carry up to seven digits after
 * the second, and `Z` or `+00:00`; below the millisecond they are cut.
 */
export const SUBSCRIPTION = z
  .object({
    id: z.string().min(1).max(128),
    resource: z.string().min(1),
    notificationUrl: z.string(),
    lifecycleNotificationUrl: z.string().nullish(),
    expirationDateTime: z.iso.datetime({ offset: true }),
  })
  .transform(
    (said): GraphSubscription => ({
      id: said.id,
      resource: plainResource(said.resource),
      notificationUrl: said.notificationUrl,
      lifecycleNotificationUrl: said.lifecycleNotificationUrl ?? undefined,
      expiresAt: Date.parse(said.expirationDateTime),
    }),
  );

/** Graph takes a resource in any case and with a slash before it, and shows it as it was written. */
function plainResource(resource: string): string {
  return resource.replace(/^\/+/, '').toLowerCase();
}
