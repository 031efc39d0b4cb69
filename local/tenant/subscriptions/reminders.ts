import type { Alarms } from '../alarms.ts';
import type { Notifier } from './notifier.ts';
import type { Subscription } from './subscription.ts';
import type { SubscriptionBook } from './subscription-book.ts';

interface ReminderNeeds {
  readonly book: SubscriptionBook;
  readonly notifier: Notifier;
  readonly alarms: Alarms;
  readonly now: () => number;
  readonly reauthorizeSeconds: number;
}

/** Asks for new authorization in time, and takes subscriptions out at their end. */
export class Reminders {
  readonly #needs: ReminderNeeds;
  readonly #calledOffBy = new Map<Subscription, () => void>();

  constructor(needs: ReminderNeeds) {
    this.#needs = needs;
  }

  /** Begins anew after the subscription was made or authorized. */
  restart(subscription: Subscription): void {
    const { now, reauthorizeSeconds } = this.#needs;
    const ends = Math.min(subscription.authorizedUntil, subscription.expiresAt);
    const leadMs = reauthorizeSeconds * 1000;
    // Not at once, or an application that renews with the same old token would be asked for ever.
    const soonest = now() + Math.max((ends - now()) / 2, leadMs / 15);
    this.#wait(subscription, Math.max(ends - leadMs, Math.min(soonest, now() + leadMs)));
  }

  /** Nothing more comes about this subscription. */
  stop(subscription: Subscription): void {
    this.#calledOffBy.get(subscription)?.();
    this.#calledOffBy.delete(subscription);
  }

  #wait(subscription: Subscription, remindAt: number): void {
    this.stop(subscription);
    const at = Math.min(remindAt, subscription.expiresAt);
    const callOff = this.#needs.alarms.set(at, () => this.#due(subscription));
    this.#calledOffBy.set(subscription, callOff);
  }

  #due(subscription: Subscription): void {
    const { book, notifier, now, reauthorizeSeconds } = this.#needs;
    if (!book.has(subscription)) {
      this.stop(subscription);
      book.remove(subscription);
      return;
    }
    notifier.tell(subscription, 'reauthorizationRequired');
    this.#wait(subscription, now() + reauthorizeSeconds * 1000);
  }
}
