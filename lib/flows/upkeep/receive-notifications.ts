import { AppError } from '../../errors.ts';
import type { StoredWatch } from '../../ports/connections.ts';
import type { Services } from '../../ports.ts';
import {
  type NotificationItem,
  notificationsSchema,
  toNotification,
} from '../../sync/notification.ts';
import { isSameText } from '../../sync/same-text.ts';
import { gatherWords, type Word } from '../lanes/gather-words.ts';

export type NotificationNeeds = Pick<Services, 'bus' | 'clock' | 'noticed' | 'sleep'>;

/** What a post of Graph came to. */
export interface Received {
  readonly accepted: number;
  readonly dropped: number;
}

/**
 * Takes in what Graph posted for the tenant of the address that was called.
 * @throws AppError `bad-request`; `unavailable` where the messages could not be sent: Graph posts again
 */
export type Receive = (tenantId: string, body: unknown) => Promise<Received>;

/**
 * Opens the webhook's work: items whose subscription and secret are right lead to one message for
 * each connection concerned, however many they are. Nothing else is done here.
 */
export function openReceive(needs: NotificationNeeds): Receive {
  const tell = gatherWords(needs);
  return async (tenantId, body) => {
    if (!isTenantId(tenantId)) throw new AppError('not-found', 'there is nothing at this address');
    const parsed = notificationsSchema.safeParse(body);
    if (!parsed.success) throw new AppError('bad-request', 'these are no notifications');
    const tenant = tenantId.toLowerCase();
    const { words, dropped } = await understand(needs, tenant, parsed.data.value);
    if (dropped > 0) needs.noticed.dropped(tenant, dropped);
    await tell(words);
    await needs.noticed.write(needs.clock.now());
    return { accepted: parsed.data.value.length - dropped, dropped };
  };
}

interface Understood {
  /** By connection. */
  readonly words: ReadonlyMap<string, Word>;
  readonly dropped: number;
}

async function understand(
  needs: NotificationNeeds,
  tenantId: string,
  items: readonly unknown[],
): Promise<Understood> {
  const at = needs.clock.now();
  const words = new Map<string, OpenWord>();
  // Items of one post are mostly of one subscription.
  const watches = new Map<string, Promise<StoredWatch | undefined>>();
  const watchOf = (item: NotificationItem) => {
    const key = `${item.tenantId} ${item.subscriptionId} ${item.clientState}`;
    const known = watches.get(key) ?? findWatch(needs, tenantId, item);
    watches.set(key, known);
    return known;
  };
  let dropped = 0;
  for (const raw of items) {
    const item = toNotification(raw);
    const watch = item && (await watchOf(item));
    if (!item || !watch) {
      dropped += 1;
      continue;
    }
    needs.noticed.came(watch, at);
    for (const id of watch.connectionIds) {
      const word = words.get(id) ?? { objects: new Map(), isTending: false, isWhole: false, at };
      add(word, watch, item);
      words.set(id, word);
    }
  }
  return { words, dropped };
}

type OpenWord = {
  -readonly [Name in keyof Word]: Name extends 'objects'
    ? Map<string, 'user' | 'group'>
    : Word[Name];
};

function add(word: OpenWord, { resource }: StoredWatch, item: NotificationItem): void {
  if (item.lifecycle !== undefined) {
    word.isTending = true;
    if (item.lifecycle !== 'reauthorizationRequired') word.isWhole = true;
  } else if (item.objectId !== undefined) {
    word.objects.set(item.objectId, resource === 'users' ? 'user' : 'group');
  } else word.isWhole = true;
}

async function findWatch(
  { noticed }: NotificationNeeds,
  tenantId: string,
  item: NotificationItem,
): Promise<StoredWatch | undefined> {
  if (item.tenantId !== tenantId) return undefined;
  const known = await noticed.find(tenantId, item.subscriptionId);
  // A subscription may call before its own id is known here: then its secret tells it.
  return known.find(({ clientState }) => isSameText(clientState, item.clientState))?.watch;
}

function isTenantId(text: string): boolean {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text);
}
