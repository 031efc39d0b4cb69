/** Writes of one application to one tenant (Graph docs: throttling limits, identity). */
const WRITES = 3_000;
const WINDOW_MS = 150_000;

/** Graph tells from here on how much of a limit is used (Graph docs: throttling limits, identity). */
const TOLD_FROM = 0.8;

/** From there to the whole share again: others may write as fast, and nobody knows of the others. */
const RECOVERY_MS = 60_000;
const LEAST_SPEED = 0.1;
/** What is sent before a refusal was heard of says nothing new. */
const REFUSALS_APART_MS = 2_000;

/** However long an answer asks for: after that it is asked again. */
const LONGEST_STOP_MS = 900_000;

/** A share of the quota that refills evenly, as a token bucket. Times are milliseconds. */
export class WriteQuota {
  #size: number;
  #perMs: number;
  #level: number;
  #filledAt: number;
  #speed = 1;
  #heededAt: number;
  #slowedAt = Number.NEGATIVE_INFINITY;
  #stoppedUntil = 0;

  /** @param share of the quota, above 0 and 1 at most */
  constructor(share: number, now: number) {
    this.#size = share * WRITES;
    this.#perMs = this.#size / WINDOW_MS;
    this.#level = this.#size;
    this.#filledAt = now;
    this.#heededAt = now;
  }

  /** Another share from now on; what was drawn stays drawn. */
  resize(share: number, now: number): void {
    this.#refill(now);
    const grown = share * WRITES - this.#size;
    this.#size += grown;
    this.#perMs = this.#size / WINDOW_MS;
    this.#level += grown;
  }

  /** How long to wait before so many writes; 0 = not at all. */
  waitMs(writes: number, now: number): number {
    this.#refill(now);
    const missing = Math.min(writes, this.#size) - this.#level;
    const refilling = Math.ceil(Math.max(0, missing) / (this.#perMs * this.#speed));
    return Math.max(refilling, this.#stoppedUntil - now);
  }

  /** More than there is may be drawn: whoever comes next waits for it. */
  draw(writes: number): void {
    this.#level -= writes;
  }

  /** Nothing is written for so long, 15 minutes at most. */
  stop(milliseconds: number, now: number): void {
    const until = now + Math.min(milliseconds, LONGEST_STOP_MS);
    this.#stoppedUntil = Math.max(this.#stoppedUntil, until);
  }

  /**
   * Goes on at half the speed at most where Graph says that 0.8 of the limit is used, at a tenth from
   * 1.0 on, in both cases without what was saved up: others write as well. Every refusal halves the
   * speed, and it comes back within a minute where Graph says no more: so those who share a limit
   * without knowing of each other come to what each may have.
   * @param used as Graph says it; 0 where it says nothing
   */
  heed({ used, isRefused }: { used: number; isRefused: boolean }, now: number): void {
    this.#refill(now);
    const most = speedAt(used);
    if (isRefused) this.#slow(now);
    else if (most === 1) this.#speed += (now - this.#heededAt) / RECOVERY_MS;
    this.#speed = Math.min(this.#speed, most);
    if (most < 1) this.#level = Math.min(this.#level, 0);
    this.#heededAt = now;
  }

  #slow(now: number): void {
    if (now < this.#slowedAt + REFUSALS_APART_MS) return;
    this.#speed = Math.max(LEAST_SPEED, this.#speed / 2);
    this.#slowedAt = now;
  }

  #refill(now: number): void {
    const filled = this.#level + (now - this.#filledAt) * this.#perMs * this.#speed;
    this.#level = Math.min(this.#size, filled);
    this.#filledAt = now;
  }
}

function speedAt(used: number): number {
  if (used < TOLD_FROM) return 1;
  return used < 1 ? 0.5 : LEAST_SPEED;
}
