import { z } from 'zod';
import { GraphError } from '../graph/graph-error.ts';
import type { ChangeType } from './subscription.ts';
import { type WatchedResource, watchedResource } from './watched-resource.ts';

/** For directory resources, 29 days (Graph docs: subscription, lifetime). */
const MOST_MINUTES = 41_760;

/** Less is raised to this without a word. */
const LEAST_MINUTES = 45;

const MINUTE_MS = 60_000;

const callbackUrl = z
  .string()
  .max(2048)
  .refine((text) => URL.parse(text)?.protocol === 'https:', 'must be an https address.')
  .refine((text) => !text.includes('#'), 'must have no fragment.');

const expirationDateTime = z.iso
  .datetime({ offset: true, error: 'must be a date and time with an offset.' })
  .transform((text) => Date.parse(text));

const createSchema = z.strictObject({
  '@odata.type': z.string().optional(),
  changeType: z.string(),
  notificationUrl: callbackUrl,
  lifecycleNotificationUrl: callbackUrl.nullish(),
  resource: z.string(),
  expirationDateTime,
  clientState: z.string().max(128, 'has at most 128 characters.').nullish(),
  // Users and groups can only be told of, not sent along (Graph docs: rich notifications).
  includeResourceData: z.literal(false).nullish(),
  latestSupportedTlsVersion: z.enum(['v1_0', 'v1_1', 'v1_2', 'v1_3']).nullish(),
});

const changeSchema = z
  .strictObject({
    '@odata.type': z.string().optional(),
    expirationDateTime: expirationDateTime.optional(),
    notificationUrl: callbackUrl.optional(),
  })
  .refine(
    (body) => (body.expirationDateTime ?? body.notificationUrl) !== undefined,
    'nothing to change.',
  );

/** What an application wants to subscribe to. */
export interface WantedSubscription {
  readonly resource: string;
  readonly watched: WatchedResource;
  readonly changeType: string;
  readonly changeTypes: ReadonlySet<ChangeType>;
  readonly notificationUrl: string;
  readonly lifecycleNotificationUrl: string | null;
  readonly clientState: string | null;
  readonly latestSupportedTlsVersion: string;
  /** Milliseconds. */
  readonly expiresAt: number;
}

/** What an application wants to change; times in milliseconds. */
export interface WantedChange {
  readonly expiresAt: number | undefined;
  readonly notificationUrl: string | undefined;
}

/** What an end is judged by. */
export interface ExpiryTerms {
  /** Milliseconds. */
  readonly now: number;
  /** The code of the refusal of an end too far away. */
  readonly tooLongCode: string;
}

/** Reads the body of a creation. Throws GraphError 400. */
export function wantedSubscription(body: unknown, terms: ExpiryTerms): WantedSubscription {
  const given = parsed(createSchema, body);
  const watched = watchedResource(given.resource);
  if (watched === undefined) throw invalid(`Resource '${given.resource}' is not supported.`);
  return {
    resource: given.resource,
    watched,
    changeType: given.changeType,
    changeTypes: changeTypesOf(given.changeType),
    notificationUrl: given.notificationUrl,
    lifecycleNotificationUrl: given.lifecycleNotificationUrl ?? null,
    clientState: given.clientState ?? null,
    latestSupportedTlsVersion: given.latestSupportedTlsVersion ?? 'v1_2',
    expiresAt: expiryOf(given.expirationDateTime, terms),
  };
}

/** Reads the body of a change. Throws GraphError 400. */
export function wantedChange(body: unknown, terms: ExpiryTerms): WantedChange {
  const { expirationDateTime: expiry, notificationUrl } = parsed(changeSchema, body);
  return {
    expiresAt: expiry === undefined ? undefined : expiryOf(expiry, terms),
    notificationUrl,
  };
}

function parsed<T extends z.ZodType>(schema: T, body: unknown): z.output<T> {
  const checked = schema.safeParse(body);
  if (checked.success) return checked.data;
  const [issue] = checked.error.issues;
  throw invalid(`${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`.trim());
}

const invalid = (message: string): GraphError => new GraphError(400, ['InvalidRequest', message]);

/**
 * `created` is taken beside the others, as it has been seen for groups, and changes nothing:
 * creations are told as updates. On its own it is refused.
 */
function changeTypesOf(text: string): ReadonlySet<ChangeType> {
  const names = text.split(',').map((name) => name.trim().toLowerCase());
  const isKnown = names.every((name) => ['created', 'updated', 'deleted'].includes(name));
  const types = (['updated', 'deleted'] as const).filter((type) => names.includes(type));
  if (isKnown && types.length > 0) return new Set(types);
  throw invalid(`changeType '${text}' is not supported for this resource.`);
}

function expiryOf(wanted: number, { now, tooLongCode }: ExpiryTerms): number {
  if (wanted > now + MOST_MINUTES * MINUTE_MS) {
    const message = `Subscription expiration can only be ${String(MOST_MINUTES)} minutes in the future.`;
    throw new GraphError(400, [tooLongCode, message]);
  }
  if (wanted <= now) throw invalid('Subscription expiration must be in the future.');
  return Math.max(wanted, now + LEAST_MINUTES * MINUTE_MS);
}
