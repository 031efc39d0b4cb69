/** What an application may use of a tenant; resource units refill evenly over the window. */
export interface Limits {
  readonly resourceUnits: number;
  readonly resourceUnitSeconds: number;
  readonly writes: number;
  readonly writeSeconds: number;
}

/** Identity limits of app and tenant together, by size of the tenant (Graph docs: throttling limits). */
export function limitsFor(users: number): Limits {
  const resourceUnits = users < 50 ? 3500 : users <= 500 ? 5000 : 8000;
  return { resourceUnits, resourceUnitSeconds: 10, writes: 3000, writeSeconds: 150 };
}

/** A request that was refused. */
interface Refusal {
  readonly information: 'ResourceUnitLimitExceeded' | 'WriteLimitExceeded';
  readonly retryAfterSeconds: number;
}

/** What the limits say of one request. */
export interface Verdict {
  readonly refusal: Refusal | undefined;
  /** How much of the limit is in use; 1 = all of it. */
  readonly usage: number;
}

/** The most that refused requests count on top: usage is reported up to 1.8. */
const OVERDRAFT = 0.8;

class Bucket {
  readonly #size: number;
  readonly #perMs: number;
  #level: number;
  #filledAt: number;

  constructor(size: number, seconds: number, now: number) {
    this.#size = size;
    this.#perMs = size / (seconds * 1000);
    this.#level = size;
    this.#filledAt = now;
  }

  /** Refused requests use up too: immediate retries make it worse (Graph docs: throttling). */
  draw(amount: number, now: number): { waitMs: number; usage: number } {
    this.#level = Math.min(this.#size, this.#level + (now - this.#filledAt) * this.#perMs);
    this.#filledAt = now;
    const isRefused = this.#level < amount;
    this.#level = Math.max(-OVERDRAFT * this.#size, this.#level - amount);
    const usage = 1 - this.#level / this.#size;
    return { waitMs: isRefused ? (amount - this.#level) / this.#perMs : 0, usage };
  }
}

/** Token buckets for each application: resource units, and writes. Times are in milliseconds. */
export class Throttling {
  readonly #limits: () => Limits | undefined;
  readonly #buckets = new Map<string, { units: Bucket; writes: Bucket }>();

  /** `limits` is asked when an application first calls; undefined = nothing is ever refused. */
  constructor(limits: () => Limits | undefined) {
    this.#limits = limits;
  }

  draw(appId: string, cost: { units: number; isWrite: boolean }, now: number): Verdict {
    const buckets = this.#bucketsOf(appId, now);
    if (buckets === undefined) return { refusal: undefined, usage: 0 };
    const units = buckets.units.draw(cost.units, now);
    const writes = cost.isWrite ? buckets.writes.draw(1, now) : { waitMs: 0, usage: 0 };
    const usage = Math.max(units.usage, writes.usage);
    if (units.waitMs === 0 && writes.waitMs === 0) return { refusal: undefined, usage };
    const isWriteLimit = writes.waitMs > units.waitMs;
    return {
      usage,
      refusal: {
        information: isWriteLimit ? 'WriteLimitExceeded' : 'ResourceUnitLimitExceeded',
        retryAfterSeconds: Math.max(units.waitMs, writes.waitMs) / 1000,
      },
    };
  }

  #bucketsOf(appId: string, now: number): { units: Bucket; writes: Bucket } | undefined {
    const known = this.#buckets.get(appId);
    if (known !== undefined) return known;
    const limits = this.#limits();
    if (limits === undefined) return undefined;
    const buckets = {
      units: new Bucket(limits.resourceUnits, limits.resourceUnitSeconds, now),
      writes: new Bucket(limits.writes, limits.writeSeconds, now),
    };
    this.#buckets.set(appId, buckets);
    return buckets;
  }
}
