import { AppError } from '../errors.ts';
import type { Outgoing, Services, StoredWatch } from '../ports.ts';
import {
  type NotificationItem,
  notificationsSchema,
  toNotification,
} from '../sync/notification.ts';
import { isSameText } from '../sync/same-text.ts';

export type NotificationNeeds = Pick<Services, 'bus' | 'clock' | 'noticed'>;

/** Ids that travel with a message; more than that are looked for by reading alone. */
const OBJECTS_A_MESSAGE = 500;

/** What a post of Graph came to. */
export interface Received {
  readonly accepted: number;
  readonly dropped: number;
}

/**
 * Takes in what Graph posted for a tenant: items whose subscription and secret are right lead to one
 * message for each connection concerned, however many they are. Nothing else is done here.
 * @param tenantId of the address that was called
 * @throws AppError `bad-request`; `unavailable` where the messages could not be sent: Graph posts again
 */
export async function receiveNotifications(
  needs: NotificationNeeds,
  tenantId: string,
  body: unknown,
): Promise<Received> {
  if (!isTenantId(tenantId)) throw new AppError('not-found', 'there is nothing at this address');
  const parsed = notificationsSchema.safeParse(body);
  if (!parsed.success) throw new AppError('bad-request', 'these are no notifications');
  const items = parsed.data.value;
  const now = needs.clock.now();
  const connections = new Map<string, Told>();
  let dropped = 0;
  for (const raw of items) {
    const item = toNotification(raw);
    const watch = item && (await watchOf(needs, tenantId.toLowerCase(), item));
    if (!item || !watch) {
      dropped += 1;
      continue;
    }
    needs.noticed.came(watch, now);
    for (const id of watch.connectionIds) {
      const told = connections.get(id) ?? { objects: new Map(), isTending: false, isWhole: false };
      tell(told, watch, item);
      connections.set(id, told);
    }
  }
  if (dropped > 0) needs.noticed.dropped(tenantId.toLowerCase(), dropped);
  const messages = [...connections].flatMap(([id, told]) => messagesOf(id, told, now));
  if (messages.length > 0) await needs.bus.send('polls', messages);
  await needs.noticed.write(now);
  return { accepted: items.length - dropped, dropped };
}

/** What a connection is told. */
interface Told {
  /** Kinds by id. */
  readonly objects: Map<string, 'user' | 'group'>;
  /** The subscription itself is to be seen to. */
  isTending: boolean;
  /** Something may have been missed: no id says what. */
  isWhole: boolean;
}

function tell(told: Told, { resource }: StoredWatch, item: NotificationItem): void {
  if (item.lifecycle !== undefined) {
    told.isTending = true;
    if (item.lifecycle !== 'reauthorizationRequired') told.isWhole = true;
  } else if (item.objectId !== undefined) {
    told.objects.set(item.objectId, resource === 'users' ? 'user' : 'group');
  } else told.isWhole = true;
}

async function watchOf(
  { noticed }: NotificationNeeds,
  tenantId: string,
  item: NotificationItem,
): Promise<StoredWatch | undefined> {
  if (item.tenantId !== tenantId) return undefined;
  const known = await noticed.find(tenantId, item.subscriptionId);
  // A subscription may call before its own id is known here: then its secret tells it.
  const fits = known.filter(({ clientState }) => isSameText(clientState, item.clientState));
  return fits[0]?.watch;
}

function messagesOf(connectionId: string, told: Told, at: number): Outgoing[] {
  const objects = [...told.objects].map(([id, kind]) => ({ id, kind }));
  const isKnown = !told.isWhole && objects.length <= OBJECTS_A_MESSAGE;
  const envelope = { v: 1, connectionId };
  const looks = told.isWhole || objects.length > 0;
  return [
    ...(told.isTending ? [{ ...envelope, reason: 'tend', isAsked: true }] : []),
    ...(looks ? [{ ...envelope, reason: 'notified', at, ...(isKnown && { objects }) }] : []),
  ].map((body) => ({ session: connectionId, body }));
}

function isTenantId(text: string): boolean {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text);
}
