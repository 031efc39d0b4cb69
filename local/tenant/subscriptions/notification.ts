import type { ChangeType, Subscription } from './subscription.ts';

/** What a lifecycle notification tells (Graph docs: lifecycle notifications). */
export const LIFECYCLE_EVENTS = [
  'reauthorizationRequired',
  'subscriptionRemoved',
  'missed',
] as const;

export type LifecycleEvent = (typeof LIFECYCLE_EVENTS)[number];

/** A change of an object, shared by all notifications of it. */
export interface ObjectChange {
  readonly kind: 'user' | 'group';
  readonly id: string;
  readonly changeType: ChangeType;
  readonly ticks: bigint;
  /** Who joined or left; undefined = the change is no membership. */
  readonly members: { readonly id: string; readonly removed: boolean }[] | undefined;
}

/** What is to be told to a subscription's owner. */
export interface Notification {
  readonly subscription: Subscription;
  readonly told: ObjectChange | LifecycleEvent;
}

const NAMES = { user: ['Users', 'User'], group: ['Groups', 'Group'] } as const;

/** 100 ns each, from the year 1 to 1970. */
const TICKS_TO_1970 = 621_355_968_000_000_000n;

/** 100 ns since the year 1, strictly increasing. Always odd, so that no double can hold them. */
export function tickCounter(now: () => number): () => bigint {
  let last = 0n;
  return () => {
    const ticks = TICKS_TO_1970 + BigInt(Math.floor(now())) * 10_000n + 1n;
    last = ticks > last ? ticks : last + 2n;
    return last;
  };
}

/** The request's body for these notifications. */
export function notificationsText(
  notifications: readonly Notification[],
  tenantId: string,
): string {
  return `{"value":[${notifications.map((each) => itemText(each, tenantId)).join(',')}]}`;
}

function itemText({ subscription, told }: Notification, tenantId: string): string {
  const about = {
    subscriptionId: subscription.id,
    subscriptionExpirationDateTime: expiryText(subscription.expiresAt),
    tenantId,
    clientState: subscription.clientState,
  };
  if (typeof told === 'string') return JSON.stringify({ ...about, lifecycleEvent: told });
  const resource = `${NAMES[told.kind][0]}/${told.id}`;
  const item = JSON.stringify({ changeType: told.changeType, ...about, resource });
  return `${item.slice(0, -1)},"resourceData":${resourceDataText(told, { resource, tenantId })}}`;
}

/** By hand, because JSON.stringify can write no integer beyond 2^53. */
function resourceDataText(
  told: ObjectChange,
  { resource, tenantId }: { resource: string; tenantId: string },
): string {
  const data = JSON.stringify({
    '@odata.type': `#Microsoft.Graph.${NAMES[told.kind][1]}`,
    '@odata.id': resource,
    id: told.id,
    organizationId: tenantId,
    eventTime: tickTime(told.ticks),
    ...(told.members !== undefined && { 'members@delta': told.members.map(shownMember) }),
  });
  return `${data.slice(0, -1)},"sequenceNumber":${String(told.ticks)}}`;
}

/** Here a removal is marked with a text, unlike in deltas. */
function shownMember({ id, removed }: { id: string; removed: boolean }): object {
  return removed ? { id, '@removed': 'deleted' } : { id };
}

/** `2022-05-24T22:24:31.3062901Z` */
function tickTime(ticks: bigint): string {
  const since1970 = ticks - TICKS_TO_1970;
  const second = new Date(Number(since1970 / 10_000n)).toISOString().slice(0, 19);
  return `${second}.${String(since1970 % 10_000_000n).padStart(7, '0')}Z`;
}

/** `2022-05-24T23:21:19.3554403+00:00` */
function expiryText(milliseconds: number): string {
  return `${new Date(milliseconds).toISOString().slice(0, 23)}0000+00:00`;
}
