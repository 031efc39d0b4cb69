import type { Subscription } from './subscription.ts';

/** The subscriptions that are in force. */
export class SubscriptionBook {
  readonly #now: () => number;
  readonly #byId = new Map<string, Subscription>();
  readonly #byKey = new Map<string, Set<Subscription>>();

  /** `now` in milliseconds. */
  constructor(now: () => number) {
    this.#now = now;
  }

  get size(): number {
    return this.#byId.size;
  }

  add(subscription: Subscription): void {
    this.#byId.set(subscription.id, subscription);
    const { key } = subscription.watched;
    const same = this.#byKey.get(key) ?? new Set();
    this.#byKey.set(key, same.add(subscription));
  }

  remove(subscription: Subscription): void {
    this.#byId.delete(subscription.id);
    const same = this.#byKey.get(subscription.watched.key);
    same?.delete(subscription);
    if (same?.size === 0) this.#byKey.delete(subscription.watched.key);
  }

  /** Undefined where there is none, or no more. */
  get(id: string): Subscription | undefined {
    const found = this.#byId.get(id.toLowerCase());
    return found !== undefined && this.has(found) ? found : undefined;
  }

  /** Neither removed nor expired. */
  has(subscription: Subscription): boolean {
    return this.#byId.has(subscription.id) && subscription.expiresAt > this.#now();
  }

  /** Oldest first. */
  all(): readonly Subscription[] {
    return [...this.#byId.values()].filter((subscription) => this.has(subscription));
  }

  ofApp(appId: string): readonly Subscription[] {
    return this.all().filter((subscription) => subscription.appId === appId);
  }

  /** Those that watch the resource with this key. */
  *watching(key: string): Iterable<Subscription> {
    for (const subscription of this.#byKey.get(key) ?? []) {
      if (this.has(subscription)) yield subscription;
    }
  }
}
