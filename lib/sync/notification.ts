import { z } from 'zod';

/**
 * One item of a change or lifecycle notification (Graph docs: changeNotification); what else it
 * holds is of no use: a notification says when to look, never what changed. `sequenceNumber` may be
 * larger than JSON numbers are read exactly, and orders nothing.
 */
const itemSchema = z.object({
  subscriptionId: z.string().min(1).max(128),
  clientState: z.string().max(255),
  tenantId: z.string().max(64),
  resource: z.string().max(1_000).nullish(),
  resourceData: z.object({ id: z.string().max(128).nullish() }).nullish(),
  lifecycleEvent: z.string().max(64).nullish(),
});
type RawItem = z.infer<typeof itemSchema>;
const guid = z.guid();

/** The envelope; its items are looked at one by one, so that a bad one harms no neighbour. */
export const notificationsSchema = z.object({ value: z.array(z.unknown()).max(5_000) });

/** What an item says, once it is understood. */
export interface NotificationItem {
  readonly subscriptionId: string;
  readonly clientState: string;
  readonly tenantId: string;
  /** The object that changed; undefined where it is not named. */
  readonly objectId: string | undefined;
  readonly lifecycle: string | undefined;
}

/** @returns undefined where it does not have the shape */
export function toNotification(raw: unknown): NotificationItem | undefined {
  const parsed = itemSchema.safeParse(raw);
  if (!parsed.success) return undefined;
  const { subscriptionId, clientState, tenantId, lifecycleEvent } = parsed.data;
  return {
    subscriptionId,
    clientState,
    tenantId: tenantId.toLowerCase(),
    objectId: objectIdOf(parsed.data),
    lifecycle: lifecycleEvent ?? undefined,
  };
}

function objectIdOf({ resource, resourceData }: RawItem): string | undefined {
  const id = resourceData?.id ?? /^[^/]+\/([^/]+)$/.exec(resource ?? '')?.[1];
  return guid.safeParse(id).data?.toLowerCase();
}
