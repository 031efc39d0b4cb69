import type { Limits } from './limits.ts';

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
  /** The resource units; undefined where they have no limit. */
  readonly units?: { readonly limit: number; readonly left: number; readonly resetSeconds: number };
}

/** What a request draws from the limits. */
export interface Draw {
  readonly units: number;
  readonly isWrite: boolean;
  /** As the header `x-ms-throttle-priority` has it, in any case; anything else is normal. */
  readonly priority?: string | undefined;
}

/** The most that refused requests count on top: usage is reported up to 1.8. */
const OVERDRAFT = 0.8;

/**
 * Which part of a limit is kept from requests of that priority: low ones are refused first, high
 * ones last and so go beyond the limit (Graph docs: throttling limits; the figures are ours).
 */
const KEPT: ReadonlyMap<string, number> = new Map([
  ['low', 0.2],
  ['high', -0.2],
]);

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

  /** What is left, and how long until all of it is back. */
  report(): { limit: number; left: number; resetSeconds: number } {
    const used = this.#size - this.#level;
    return {
      limit: this.#size,
      left: Math.max(0, Math.floor(this.#level)),
      resetSeconds: Math.ceil(used / this.#perMs / 1000),
    };
  }

  /** Refused requests use up too: immediate retries make it worse (Graph docs: throttling). */
  draw(amount: number, now: number, kept: number): { waitMs: number; usage: number } {
    this.#level = Math.min(this.#size, this.#level + (now - this.#filledAt) * this.#perMs);
    this.#filledAt = now;
    // A full bucket always has enough for one request.
    const needed = Math.min(amount + this.#size * kept, this.#size);
    const isRefused = this.#level < needed;
    this.#level = Math.max(-OVERDRAFT * this.#size, this.#level - amount);
    const usage = 1 - this.#level / this.#size;
    return { waitMs: isRefused ? (needed - this.#level) / this.#perMs : 0, usage };
  }
}

/** Token buckets for each application: resource units, and writes. Times are in milliseconds. */
export class Throttling {
  #limits: () => Limits | undefined;
  readonly #buckets = new Map<string, { units: Bucket; writes: Bucket }>();

  /** `limits` is asked when an application first calls; undefined = nothing is ever refused. */
  constructor(limits: () => Limits | undefined) {
    this.#limits = limits;
  }

  /** Other limits from now on; whatever was used is forgotten. */
  relimit(limits: () => Limits | undefined): void {
    this.#limits = limits;
    this.#buckets.clear();
  }

  draw(appId: string, { units: amount, isWrite, priority }: Draw, now: number): Verdict {
    const buckets = this.#bucketsOf(appId, now);
    if (buckets === undefined) return { refusal: undefined, usage: 0 };
    const kept = KEPT.get(priority?.toLowerCase() ?? '') ?? 0;
    const units = buckets.units.draw(amount, now, kept);
    const writes = isWrite ? buckets.writes.draw(1, now, kept) : { waitMs: 0, usage: 0 };
    const usage = Math.max(units.usage, writes.usage);
    const left = { units: buckets.units.report() };
    if (units.waitMs === 0 && writes.waitMs === 0) return { refusal: undefined, usage, ...left };
    const isWriteLimit = writes.waitMs > units.waitMs;
    return {
      usage,
      ...left,
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
