import { Alarms } from '../alarms.ts';
import type { TenantClock } from '../clock.ts';
import type { Strikes } from '../strikes.ts';
import { type CallbackReport, CallbackStats } from './callback-stats.ts';
import { Callbacks } from './callbacks.ts';
import type { NotificationSettings } from './notification-options.ts';
import { Notifier } from './notifier.ts';
import { Reminders } from './reminders.ts';
import { SubscriptionBook } from './subscription-book.ts';

/** Everything around subscriptions. */
export interface SubscriptionWorld {
  readonly settings: NotificationSettings;
  readonly book: SubscriptionBook;
  readonly notifier: Notifier;
  readonly reminders: Reminders;
  readonly callbacks: Callbacks;
  readonly stats: CallbackStats;
  readonly alarms: Alarms;
}

interface SubscriptionNeeds {
  readonly tenantId: string;
  readonly clock: TenantClock;
  readonly faults: Strikes;
  readonly settings: NotificationSettings;
  /** PEM; undefined = the authorities that the machine trusts. */
  readonly callbackCa: string | undefined;
}

/** Puts it together, with no subscription yet. */
export function subscriptionWorld(needs: SubscriptionNeeds): SubscriptionWorld {
  const { tenantId, faults, settings } = needs;
  const { now } = needs.clock;
  const alarms = new Alarms(now);
  const book = new SubscriptionBook(now);
  const stats = new CallbackStats();
  const callbacks = new Callbacks(needs.callbackCa);
  const delivery = { tenantId, settings, now, alarms, callbacks, stats };
  const notifier = new Notifier({ ...delivery, book, faults });
  const { reauthorizeSeconds } = settings;
  const reminders = new Reminders({ book, notifier, alarms, now, reauthorizeSeconds });
  return { settings, book, notifier, reminders, callbacks, stats, alarms };
}

/** Ends what is under way and what is to come. */
export function endSubscriptions({ alarms, callbacks }: SubscriptionWorld): void {
  alarms.close();
  callbacks.close();
}

/** The statistics, with what there is now. */
export function subscriptionReport({ stats, notifier, book }: SubscriptionWorld): CallbackReport & {
  readonly waiting: number;
  readonly subscriptions: number;
} {
  return { ...stats.report(), waiting: notifier.waiting, subscriptions: book.all().length };
}
