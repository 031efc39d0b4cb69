import type { WatchedResource } from './watched-resource.ts';

/** What a subscription can be told of; a creation is an update (Graph docs: subscription). */
export type ChangeType = 'updated' | 'deleted';

/** A subscription to changes; all times are in milliseconds. */
export interface Subscription {
  readonly id: string;
  readonly appId: string;
  /** As the application wrote it. */
  readonly resource: string;
  readonly watched: WatchedResource;
  /** As the application wrote it. */
  readonly changeType: string;
  /** Always in the same order. */
  readonly changeTypes: ReadonlySet<ChangeType>;
  readonly clientState: string | null;
  readonly lifecycleNotificationUrl: string | null;
  readonly latestSupportedTlsVersion: string;
  notificationUrl: string;
  expiresAt: number;
  /** When the access token ends that it was last authorized with. */
  authorizedUntil: number;
  patchedAt?: number;
  reauthorizedAt?: number;
}

/** A subscription as Graph shows it. */
export function shownSubscription(subscription: Subscription): Record<string, unknown> {
  return {
    id: subscription.id,
    resource: subscription.resource,
    applicationId: subscription.appId,
    changeType: subscription.changeType,
    clientState: subscription.clientState,
    notificationUrl: subscription.notificationUrl,
    notificationQueryOptions: null,
    lifecycleNotificationUrl: subscription.lifecycleNotificationUrl,
    expirationDateTime: new Date(subscription.expiresAt).toISOString(),
    creatorId: subscription.appId,
    includeResourceData: null,
    latestSupportedTlsVersion: subscription.latestSupportedTlsVersion,
    encryptionCertificate: null,
    encryptionCertificateId: null,
    notificationUrlAppId: null,
  };
}
