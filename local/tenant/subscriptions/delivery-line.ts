import type { Alarms } from '../alarms.ts';
import type { CallbackStats } from './callback-stats.ts';
import type { Callbacks } from './callbacks.ts';
import { type Notification, notificationsText } from './notification.ts';
import type { NotificationSettings } from './notification-options.ts';
import { ReceiverHealth } from './receiver-health.ts';

/** What delivering takes. */
export interface DeliveryNeeds {
  readonly tenantId: string;
  readonly settings: NotificationSettings;
  /** Milliseconds, by the tenant's clock. */
  readonly now: () => number;
  readonly alarms: Alarms;
  readonly callbacks: Pick<Callbacks, 'post'>;
  readonly stats: CallbackStats;
  /** Whether it may be delivered now, later perhaps, or never more. */
  readonly standing: (notification: Notification) => 'current' | 'paused' | 'ended';
}

/** What goes wrong with one notification on its way. */
export interface Fate {
  readonly lateSeconds: number;
  /** Later ones go first. */
  readonly isOvertaken: boolean;
  /** It comes a second time. */
  readonly isRepeated: boolean;
}

interface Batch {
  readonly items: readonly Notification[];
  /** Attempts and pauses for want of authorization. */
  readonly attempts: number;
  readonly isPosted: boolean;
  readonly firstAt: number;
  /** It has waited already because the receiver is slow. */
  readonly isDelayed: boolean;
}

interface Held {
  readonly notification: Notification;
  /** It goes once one with this number or a later one has been sent. */
  readonly number: number;
}

/**
 * The way to one receiver: collects notifications into requests, sends a few at a time, and tries
 * again with growing pauses. Order is not promised, neither is once only.
 */
export class DeliveryLine {
  readonly #url: string;
  readonly #needs: DeliveryNeeds;
  readonly #health: ReceiverHealth;
  #gathered: Notification[] = [];
  #stopGathering: (() => void) | undefined;
  readonly #held = new Set<Held>();
  readonly #ready: Batch[] = [];
  #numbers = 0;
  #underWay = 0;
  #waiting = 0;

  constructor(url: string, needs: DeliveryNeeds) {
    this.#url = url;
    this.#needs = needs;
    this.#health = new ReceiverHealth(needs.settings, needs.now);
  }

  /** Notifications that are neither delivered nor given up. */
  get waiting(): number {
    return this.#waiting;
  }

  /** Takes a notification in; it is dropped where too many wait. */
  add(notification: Notification, fate: Fate): void {
    if (!this.#admit()) return;
    if (fate.lateSeconds <= 0) this.#place(notification, fate);
    else this.#later(fate.lateSeconds, () => this.#place(notification, fate));
  }

  #admit(): boolean {
    const isFull = this.#waiting >= this.#needs.settings.mostWaiting;
    if (isFull) this.#needs.stats.add('dropped');
    else this.#waiting += 1;
    return !isFull;
  }

  #later(seconds: number, run: () => void): void {
    this.#needs.alarms.set(this.#needs.now() + seconds * 1000, run);
  }

  #place(notification: Notification, { isOvertaken, isRepeated }: Fate): void {
    if (isOvertaken) this.#hold({ notification, number: this.#numbers + 1 });
    else this.#gather(notification);
    if (isRepeated && this.#admit()) this.#hold({ notification, number: this.#numbers });
  }

  #hold(held: Held): void {
    this.#held.add(held);
    this.#later(this.#needs.settings.overtakenSeconds, () => this.#release(held));
  }

  #release(held: Held): void {
    if (this.#held.delete(held)) this.#gather(held.notification);
  }

  #gather(notification: Notification): void {
    const { settings, alarms, now } = this.#needs;
    this.#numbers += 1;
    this.#gathered.push(notification);
    if (this.#gathered.length >= settings.itemsPerPost) this.#endGathering();
    else
      this.#stopGathering ??= alarms.set(now() + settings.batchSeconds * 1000, () =>
        this.#endGathering(),
      );
  }

  #endGathering(): void {
    this.#stopGathering?.();
    this.#stopGathering = undefined;
    const items = this.#gathered;
    const overtaken = [...this.#held].filter(({ number }) => number <= this.#numbers);
    this.#gathered = [];
    const firstAt = this.#needs.now();
    this.#ready.push({ items, firstAt, attempts: 0, isPosted: false, isDelayed: false });
    for (const held of overtaken) this.#release(held);
    this.#pump();
  }

  #pump(): void {
    while (this.#underWay < this.#needs.settings.parallelPosts) {
      const batch = this.#ready.shift();
      if (batch === undefined) return;
      const due = this.#current(this.#judged(batch));
      if (due.items.length > 0) void this.#send(due);
    }
  }

  /** What the receiver's state leaves of a batch that has not been tried yet. */
  #judged(batch: Batch): Batch {
    const nothing = { ...batch, items: [] };
    if (batch.attempts > 0) return batch;
    const state = this.#health.state();
    if (state === 'drop') {
      this.#finish('dropped', batch.items.length);
      return nothing;
    }
    if (state !== 'slow' || batch.isDelayed) return batch;
    this.#later(this.#needs.settings.delaySeconds, () =>
      this.#resume({ ...batch, isDelayed: true }),
    );
    return nothing;
  }

  /** Without what must wait for its authorization, or whose subscription has ended. */
  #current(batch: Batch): Batch {
    const by = Object.groupBy(batch.items, this.#needs.standing);
    if (by.ended !== undefined) this.#finish('dropped', by.ended.length);
    if (by.paused !== undefined) this.#tryAgain({ ...batch, items: by.paused });
    return { ...batch, items: by.current ?? [] };
  }

  async #send(batch: Batch): Promise<void> {
    const { callbacks, settings, stats, tenantId } = this.#needs;
    stats.add('posts');
    if (batch.isPosted) stats.add('retries');
    else stats.add('posted', batch.items.length);
    this.#underWay += 1;
    const answer = await callbacks.post({
      url: this.#url,
      contentType: 'application/json',
      text: notificationsText(batch.items, tenantId),
      seconds: batch.isPosted ? settings.retryAnswerSeconds : settings.answerSeconds,
    });
    this.#underWay -= 1;
    const { outcome, milliseconds } = answer;
    if (outcome === 'closed') return;
    stats.answer(String(outcome), milliseconds);
    if (outcome !== 'error') this.#health.answered(milliseconds);
    const isDelivered = typeof outcome === 'number' && outcome >= 200 && outcome < 300;
    if (isDelivered) this.#finish('delivered', batch.items.length);
    else this.#tryAgain({ ...batch, isPosted: true });
    this.#pump();
  }

  #tryAgain(batch: Batch): void {
    const { settings, now } = this.#needs;
    const { retrySeconds, longestRetrySeconds, giveUpSeconds } = settings;
    const pause = Math.min(retrySeconds * 2 ** batch.attempts, longestRetrySeconds);
    if (now() + pause * 1000 > batch.firstAt + giveUpSeconds * 1000) {
      this.#finish('failed', batch.items.length);
      return;
    }
    this.#later(pause, () => this.#resume({ ...batch, attempts: batch.attempts + 1 }));
  }

  #resume(batch: Batch): void {
    this.#ready.push(batch);
    this.#pump();
  }

  #finish(how: 'delivered' | 'failed' | 'dropped', number: number): void {
    this.#waiting -= number;
    this.#needs.stats.add(how, number);
  }
}
