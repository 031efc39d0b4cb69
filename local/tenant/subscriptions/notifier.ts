import type { LinkChange, StateChange } from '../directory/change-feed.ts';
import type { DirectoryObject } from '../directory/directory-object.ts';
import type { Strikes } from '../strikes.ts';
import { DeliveryLine, type DeliveryNeeds, type Fate } from './delivery-line.ts';
import {
  type LifecycleEvent,
  type Notification,
  type ObjectChange,
  tickCounter,
} from './notification.ts';
import type { Subscription } from './subscription.ts';
import type { SubscriptionBook } from './subscription-book.ts';
import { watchingKeys } from './watched-resource.ts';

interface NotifierNeeds extends Omit<DeliveryNeeds, 'standing'> {
  readonly book: SubscriptionBook;
  readonly faults: Strikes;
}

/** Lines with nothing to do are kept as long as there are no more than these. */
const MOST_LINES = 100;

/** Members told in one notification. */
const MOST_MEMBERS = 100;

/** Tells the owners of subscriptions what happens. */
export class Notifier {
  readonly #needs: NotifierNeeds;
  readonly #lines = new Map<string, DeliveryLine>();
  readonly #nextTicks: () => bigint;
  /** Members that come or go in one request are told together. */
  #growing: ObjectChange | undefined;

  constructor(needs: NotifierNeeds) {
    this.#needs = needs;
    this.#nextTicks = tickCounter(needs.now);
  }

  /** Notifications that are neither delivered nor given up. */
  get waiting(): number {
    let sum = 0;
    for (const line of this.#lines.values()) sum += line.waiting;
    return sum;
  }

  /** A user or group has changed; devices cannot be subscribed to. */
  changed(change: StateChange | LinkChange): void {
    const { kind, id } = change.object;
    if (this.#needs.book.size === 0 || kind === 'device') return;
    if ('link' in change) {
      this.#memberChanged(change, kind);
      return;
    }
    this.#growing = undefined;
    // Soft deletion is an update (Graph docs: subscription, changeType).
    const changeType = change.after.purged === true ? 'deleted' : 'updated';
    this.#announce({ kind, id, changeType, ticks: this.#nextTicks(), members: undefined });
  }

  /** Something about the subscription itself is told, where its owner wants to know. */
  tell(subscription: Subscription, event: LifecycleEvent): void {
    const { lifecycleNotificationUrl } = subscription;
    if (lifecycleNotificationUrl === null) return;
    this.#needs.stats.add('lifecycle');
    this.#dispatch({ subscription, told: event }, lifecycleNotificationUrl);
  }

  #memberChanged({ object, link, present }: LinkChange, kind: 'user' | 'group'): void {
    const member = { id: link.member.id, removed: !present };
    const { members } = this.#growing ?? {};
    if (members !== undefined && this.#growing?.id === object.id && members.length < MOST_MEMBERS) {
      members.push(member);
      return;
    }
    const change = this.#membershipChange(object, kind, member);
    this.#announce(change);
  }

  #membershipChange(
    { id }: DirectoryObject,
    kind: 'user' | 'group',
    member: { readonly id: string; readonly removed: boolean },
  ): ObjectChange {
    const ticks = this.#nextTicks();
    const change: ObjectChange = { kind, id, changeType: 'updated', ticks, members: [member] };
    this.#growing = change;
    queueMicrotask(() => {
      if (this.#growing === change) this.#growing = undefined;
    });
    return change;
  }

  #announce(change: ObjectChange): void {
    for (const key of watchingKeys(change.kind, change.id, change.members !== undefined)) {
      for (const subscription of this.#needs.book.watching(key)) {
        if (!subscription.changeTypes.has(change.changeType)) continue;
        this.#dispatch({ subscription, told: change }, subscription.notificationUrl);
      }
    }
  }

  #dispatch(notification: Notification, url: string): void {
    const { stats } = this.#needs;
    stats.add('matched');
    const fate = this.#fateOf(notification);
    if (fate === undefined) stats.add('lost');
    else this.#lineTo(url).add(notification, fate);
  }

  /** What the faults do to it; undefined = it is lost. */
  #fateOf({ told }: Notification): Fate | undefined {
    const { faults } = this.#needs;
    const segments = typeof told === 'string' ? ['lifecycle', told] : [`${told.kind}s`, told.id];
    const target = { method: 'NOTIFY', segments };
    if (faults.take('lostNotifications', target) !== undefined) return undefined;
    return {
      lateSeconds: faults.take('slowNotifications', target)?.seconds ?? 0,
      isOvertaken: faults.take('reorderedNotifications', target) !== undefined,
      isRepeated: faults.take('duplicateNotifications', target) !== undefined,
    };
  }

  #lineTo(url: string): DeliveryLine {
    const known = this.#lines.get(url);
    if (known !== undefined) return known;
    if (this.#lines.size >= MOST_LINES) this.#forgetIdle();
    const standing = (notification: Notification) => this.#standing(notification);
    const line = new DeliveryLine(url, { ...this.#needs, standing });
    this.#lines.set(url, line);
    return line;
  }

  #forgetIdle(): void {
    for (const [url, line] of this.#lines) if (line.waiting === 0) this.#lines.delete(url);
  }

  /**
   * Without authorization delivery pauses and is tried again (Graph docs: lifecycle
   * notifications). Who gave no address to be asked at is not held to it.
   */
  #standing({ subscription, told }: Notification): 'current' | 'paused' | 'ended' {
    if (typeof told === 'string') return 'current';
    if (!this.#needs.book.has(subscription)) return 'ended';
    const isAsked = subscription.lifecycleNotificationUrl !== null;
    return isAsked && subscription.authorizedUntil <= this.#needs.now() ? 'paused' : 'current';
  }
}
