import type { Distributor } from './distributor.ts';
import type { Store } from './store/store.ts';

/** The longest delay that setTimeout takes, in milliseconds. */
const MAX_DELAY = 2 ** 31 - 1;

/**
 * Does the work of one turn of the event loop together: everything that came in is handed around,
 * stored in one commit, and only then answered. So nothing is acknowledged that is not stored, and
 * the disk is asked once for many messages. Also owns the broker's only timer.
 */
export class Turn {
  readonly #store: Store;
  readonly #now: () => number;
  readonly #distributors: Distributor[] = [];
  readonly #touched = new Set<Distributor>();
  #actions: (() => void)[] = [];
  #pending: NodeJS.Immediate | undefined;
  #timer: NodeJS.Timeout | undefined;
  #timerAt = Number.POSITIVE_INFINITY;

  /** @param now gives epoch milliseconds */
  constructor(store: Store, now: () => number) {
    this.#store = store;
    this.#now = now;
  }

  /** A queue must come before its dead-letter queue. */
  register(distributor: Distributor): void {
    this.#distributors.push(distributor);
  }

  /** Says that something happened at a queue. */
  touch(distributor: Distributor): void {
    this.#touched.add(distributor);
    this.#schedule();
  }

  /** Runs an action once everything decided so far is stored. */
  defer(action: () => void): void {
    this.#actions.push(action);
    this.#schedule();
  }

  /** Ends the current turn now. */
  end(): void {
    if (this.#pending !== undefined) clearImmediate(this.#pending);
    this.#pending = undefined;
    const now = this.#now();
    for (const distributor of this.#distributors) {
      if (this.#touched.has(distributor) || distributor.isDue(now)) distributor.run(now);
    }
    this.#touched.clear();
    this.#store.commit();
    const actions = this.#actions;
    this.#actions = [];
    for (const action of actions) action();
    this.#setTimer(now);
  }

  close(): void {
    this.end();
    if (this.#pending !== undefined) clearImmediate(this.#pending);
    clearTimeout(this.#timer);
  }

  #schedule(): void {
    // After the poll phase, when all sockets that had something to say have been read.
    this.#pending ??= setImmediate(() => this.end());
  }

  #setTimer(now: number): void {
    const due = Math.min(...this.#distributors.map((distributor) => distributor.nextDue()));
    if (due === this.#timerAt && this.#timer !== undefined) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#timerAt = due;
    if (!Number.isFinite(due)) return;
    const delay = Math.min(Math.max(due - now, 1), MAX_DELAY);
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.end();
    }, delay);
  }
}
