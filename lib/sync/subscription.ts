import { z } from 'zod';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** What Graph is asked to tell of; each is a subscription of its own. */
export const RESOURCES = ['users', 'groups'] as const;
export type Resource = (typeof RESOURCES)[number];

/** A subscription that Graph has made, and the secret that its notifications carry. */
const subscribedSchema = z.object({
  /** Graph's id; null while it is being made. */
  id: z.string().nullable(),
  /** Where its `clientState` stands in Key Vault. */
  secretName: z.string(),
});

/**
 * Change notifications of one resource in one tenant, for one application (client id): shared by all
 * connections that have both.
 */
export const watchSchema = z.object({
  v: z.literal(1),
  tenantId: z.string(),
  clientId: z.string(),
  resource: z.enum(RESOURCES),
  current: subscribedSchema.nullable(),
  /** The one before: what it had sent may still come. */
  former: subscribedSchema.nullable(),
  notificationUrl: z.string().nullable(),
  /** Addresses that were ours: subscriptions there are orphans. */
  formerUrls: z.array(z.string()),
  /** Milliseconds since 1970. */
  expiresAt: z.number().nullable(),
  /** When it was last made or renewed: Graph wants ten minutes between two such calls. */
  touchedAt: z.number(),
  checkedAt: z.number().nullable(),
  /** The connections that are to be told. */
  connectionIds: z.array(z.string()),
  /** Why there are no notifications; the polling goes on all the same. */
  problem: z.object({ code: z.string(), message: z.string(), since: z.string() }).nullable(),
});
export type Watch = z.infer<typeof watchSchema>;

/** Graph takes 29 days at most (Graph docs: subscription); real ceilings lie a little lower. */
const LIFETIME = 14 * DAY;
/**
 * Every few hours: a renewal also authorizes anew, and Graph's demand for that may have been lost
 * (Graph docs: lifecycle notifications), after which it would tell nothing and say nothing.
 */
const RENEWED_BEFORE = LIFETIME - 6 * HOUR;
const BETWEEN_TOUCHES = 10 * MINUTE;
const FORMER_URLS = 10;

/** A watch that nothing was done about yet. */
export function newWatch(of: Pick<Watch, 'tenantId' | 'clientId' | 'resource'>): Watch {
  return {
    v: 1,
    ...of,
    current: null,
    former: null,
    notificationUrl: null,
    formerUrls: [],
    expiresAt: null,
    touchedAt: 0,
    checkedAt: null,
    connectionIds: [],
    problem: null,
  };
}

/** Until when a subscription that is made or renewed now is to last. */
export function expiryFrom(now: number): number {
  return now + LIFETIME;
}

/** Whether to renew: it is early enough, and ten minutes since the last touch. */
export function isToRenew(watch: Watch, now: number, isAsked: boolean): boolean {
  if (now - watch.touchedAt < BETWEEN_TOUCHES) return false;
  return isAsked || (watch.expiresAt ?? 0) - now < RENEWED_BEFORE;
}

/** Where Graph is to call, for one tenant. */
export function notificationUrl(publicUrl: string, tenantId: string): string {
  return `${publicUrl.replace(/\/+$/, '')}/graph/notifications/${tenantId}`;
}

/** A watch whose subscription lies at another address from now on. */
export function movedTo(watch: Watch, url: string): Watch {
  const { notificationUrl: before, formerUrls } = watch;
  if (before === null || before === url) return { ...watch, notificationUrl: url };
  const known = [before, ...formerUrls.filter((one) => one !== before && one !== url)];
  return { ...watch, notificationUrl: url, formerUrls: known.slice(0, FORMER_URLS) };
}

/** Whether an address is, or was, that of this watch: never a stranger's. */
export function isOwnUrl(watch: Watch, url: string): boolean {
  return [watch.notificationUrl, ...watch.formerUrls].includes(url);
}
