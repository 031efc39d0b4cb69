import { z } from 'zod';
import type { Random } from './random.ts';

const faultSchema = z.object({
  kind: z.enum([
    'throttle',
    'unavailable',
    'timeout',
    'expiredDelta',
    'lag',
    'replay',
    'duplicate',
    'emptyPages',
    'badSchema',
    'foreignNextLink',
  ]),
  /** Part of `METHOD /path`, without case: `users/delta`, `PATCH /users`. Absent = everywhere. */
  route: z.string().optional(),
  /** How many times it strikes; absent = until it is cleared. */
  count: z.number().int().positive().optional(),
  /** How many of 100 matching requests are struck; absent = all. */
  percent: z.number().min(0).max(100).optional(),
  /** throttle, unavailable: the Retry-After header; null leaves it out. */
  retryAfterSeconds: z.number().nonnegative().nullable().optional(),
  /** timeout: how long the connection hangs. lag: how long changes take to show. */
  seconds: z.number().nonnegative().optional(),
  /** lag: up to this much more, by chance, so that changes overtake each other. */
  jitterSeconds: z.number().nonnegative().optional(),
  /** lag: plain reads lag too, not only deltas. */
  reads: z.boolean().optional(),
  /** expiredDelta: which of the two answers. */
  status: z.enum(['400', '410']).optional(),
  /** replay: how many earlier changes show once more. */
  changes: z.number().int().positive().optional(),
  /** foreignNextLink: the origin that links lead to. */
  origin: z.string().optional(),
});

/** A list of faults, as the controls take it. */
export const faultsSchema = z.array(faultSchema);

/** Something that goes wrong, and how often. */
export type Fault = z.infer<typeof faultSchema>;
export type FaultKind = Fault['kind'];

/** The request that a fault may strike. */
export interface Target {
  readonly method: string;
  readonly segments: readonly string[];
}

interface ActiveFault {
  readonly fault: Fault;
  left: number;
}

/** The faults that are switched on. */
export class Faults {
  readonly #random: Random;
  #active: ActiveFault[] = [];

  constructor(random: Random) {
    this.#random = random;
  }

  list(): readonly (Fault & { readonly left?: number })[] {
    return this.#active.map(({ fault, left }) =>
      Number.isFinite(left) ? { ...fault, left } : fault,
    );
  }

  add(faults: readonly Fault[]): void {
    for (const fault of faults) {
      this.#active.push({ fault, left: fault.count ?? Number.POSITIVE_INFINITY });
    }
  }

  clear(): void {
    this.#active = [];
  }

  /** The fault of this kind that strikes the request, if one does; it is used up by one. */
  take(kind: FaultKind, target: Target): Fault | undefined {
    if (this.#active.length === 0) return undefined;
    const place = `${target.method} /${target.segments.join('/')}`.toLowerCase();
    return this.#strike(
      ({ fault }) => fault.kind === kind && place.includes((fault.route ?? '').toLowerCase()),
    );
  }

  /** How long the next change takes to show on replicas. */
  lagSeconds(): number {
    const fault = this.#strike((active) => active.fault.kind === 'lag');
    if (fault === undefined) return 0;
    return (fault.seconds ?? 0) + this.#random.next() * (fault.jitterSeconds ?? 0);
  }

  /** Whether plain reads come from replicas too. */
  readsLag(): boolean {
    return this.#active.some(({ fault }) => fault.kind === 'lag' && fault.reads === true);
  }

  #strike(matches: (active: ActiveFault) => boolean): Fault | undefined {
    for (const active of this.#active) {
      if (active.left <= 0 || !matches(active)) continue;
      if (!this.#random.chance((active.fault.percent ?? 100) / 100)) continue;
      active.left -= 1;
      return active.fault;
    }
    return undefined;
  }
}
