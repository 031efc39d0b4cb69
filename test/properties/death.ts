import type { Fault } from './history.ts';
import type { Delivery, MemoryBus } from './memory-bus.ts';
import type { MemoryTables } from './memory-tables.ts';

const NEVER = Number.POSITIVE_INFINITY;
const AT_ONCE = -1;

/** Where the world keeps what outlives a worker. */
interface Stores {
  readonly tables: MemoryTables;
  readonly bus: MemoryBus;
}

/**
 * The death of a worker at one moment of its life. Moments are a message's first request, and every
 * request that follows on a write or a message sent. Who dies later, but before the next of them,
 * leaves behind the very same: nothing but its own memory has changed since.
 */
export class Death implements Fault {
  readonly what = 'crash';
  readonly sleeps = 0;
  /** The moments that there were while it lay in wait, each with what was at work. */
  readonly moments: string[] = [];
  /** Whether a message came more than once: where nobody died, none does. */
  hasComeAgain = false;
  readonly #at: number;
  #stores: Stores | null = null;
  #delivery: Delivery | null = null;
  #accepted = 0;
  #sent = 0;
  #known = -1;

  /** @param at the moment at which it comes, counted from 0; none where there is no such moment */
  constructor(at: number) {
    this.#at = at;
  }

  /** From here on moments count. */
  lieInWait(stores: Stores): void {
    this.#stores = stores;
    const { bus } = stores;
    const accept = bus.accept.bind(bus);
    bus.accept = (session) => {
      this.#delivery = accept(session);
      this.#accepted += 1;
      this.hasComeAgain ||= this.#delivery.deliveryCount > 1;
      return this.#delivery;
    };
    const put = bus.put.bind(bus);
    bus.put = (queue, message) => {
      put(queue, message);
      this.#sent += 1;
    };
  }

  /** From here on nobody dies. */
  goAway(): void {
    this.#stores = null;
  }

  /** The world asks before every request how many of them come first: none, and the fault is now. */
  get after(): number {
    if (!this.#stores) return NEVER;
    const { writes } = this.#stores.tables;
    const changes = [...writes.values()].reduce((sum, n) => sum + n, this.#accepted + this.#sent);
    if (changes === this.#known) return NEVER;
    this.#known = changes;
    const done = [...writes].map(([table, n]) => `${n} ${table}`).join(', ');
    const { queue, body } = this.#delivery ?? {};
    this.moments.push(`${queue} ${JSON.stringify(body)} at ${done}, ${this.#sent} sent`);
    return this.moments.length - 1 === this.#at ? AT_ONCE : NEVER;
  }
}
