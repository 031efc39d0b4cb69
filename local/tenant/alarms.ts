/** setTimeout takes no more (HTML standard, timers: the timeout is a signed 32-bit number). */
const LONGEST_MS = 2 ** 31 - 1;

interface Pending {
  readonly at: number;
  readonly run: () => void;
}

/**
 * What is to happen at a time of the tenant's clock. That clock can leap: whoever moves it rings,
 * and everything that has become due by then happens at once.
 */
export class Alarms {
  readonly #now: () => number;
  /** Soonest first. */
  #pending: Pending[] = [];
  #timer: NodeJS.Timeout | undefined;
  #isClosed = false;

  /** `now` in milliseconds. */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** Runs something at a time in milliseconds. Returns what calls it off. */
  set(at: number, run: () => void): () => void {
    if (this.#isClosed) return () => {};
    const entry = { at, run };
    let place = this.#pending.length;
    while (place > 0 && (this.#pending[place - 1]?.at ?? 0) > at) place -= 1;
    this.#pending.splice(place, 0, entry);
    if (place === 0) this.#arm();
    return () => {
      const found = this.#pending.indexOf(entry);
      if (found >= 0) this.#pending.splice(found, 1);
    };
  }

  /** Runs whatever is due. What is set meanwhile waits for the next time, even if it is due. */
  ring(): void {
    const now = this.#now();
    if ((this.#pending[0]?.at ?? Number.POSITIVE_INFINITY) > now) return;
    let due = 0;
    while ((this.#pending[due]?.at ?? Number.POSITIVE_INFINITY) <= now) due += 1;
    for (const { run } of this.#pending.splice(0, due)) run();
    this.#arm();
  }

  /** Nothing happens any more. */
  close(): void {
    this.#isClosed = true;
    this.#pending = [];
    clearTimeout(this.#timer);
  }

  #arm(): void {
    clearTimeout(this.#timer);
    const first = this.#pending[0];
    if (first === undefined) return;
    const waitMs = Math.min(Math.max(first.at - this.#now(), 1), LONGEST_MS);
    this.#timer = setTimeout(() => {
      this.ring();
      this.#arm();
    }, waitMs);
    this.#timer.unref();
  }
}
