import type { Fault, FaultKind, FaultOf } from './faults.ts';
import type { Random } from './random.ts';

/** The request that a fault may strike. */
export interface Target {
  readonly method: string;
  readonly segments: readonly string[];
  /** Whether it came inside a batch. */
  readonly isBatched?: boolean;
}

interface ActiveFault {
  readonly fault: Fault;
  left: number;
  /** Matching requests so far. */
  seen: number;
}

const ALWAYS = () => true;

/** The faults that are switched on, and which request each of them strikes. */
export class Strikes {
  /** The faults' own stream, so that they do not change what else the tenant draws. */
  readonly random: Random;
  #active: ActiveFault[] = [];

  constructor(random: Random) {
    this.random = random;
  }

  list(): readonly (Fault & { readonly left?: number })[] {
    return this.#active.map(({ fault, left }) =>
      Number.isFinite(left) ? { ...fault, left } : fault,
    );
  }

  add(faults: readonly Fault[]): void {
    for (const fault of faults) {
      this.#active.push({ fault, left: fault.count ?? Number.POSITIVE_INFINITY, seen: 0 });
    }
  }

  clear(): void {
    this.#active = [];
  }

  /**
   * The fault of this kind that strikes the request, if one does; it is used up by one. Those that
   * `applies` turns down neither strike nor count the request.
   */
  take<K extends FaultKind>(
    kind: K,
    target: Target,
    applies: (fault: FaultOf<K>) => boolean = ALWAYS,
  ): FaultOf<K> | undefined {
    if (this.#active.length === 0) return undefined;
    const place = `${target.method} /${target.segments.join('/')}`.toLowerCase();
    const isBatched = target.isBatched === true;
    return this.#strike(
      kind,
      (fault) =>
        place.includes((fault.route ?? '').toLowerCase()) &&
        (fault.batched ?? isBatched) === isBatched &&
        applies(fault),
    );
  }

  /** How long the next change takes to show on all replicas. */
  lagSeconds(isCreation: boolean): number {
    const fault = this.#strike(
      'lag',
      ({ replicas, creations }) => replicas === undefined && (creations !== true || isCreation),
    );
    if (fault === undefined) return 0;
    return (fault.seconds ?? 0) + this.random.next() * (fault.jitterSeconds ?? 0);
  }

  /** Whether the request being answered sees plain reads lag behind writes. */
  readsLag(): boolean {
    return this.#active.some(
      ({ fault }) =>
        fault.kind === 'lag' &&
        fault.reads === true &&
        fault.replicas === undefined &&
        this.random.chance((fault.readPercent ?? 100) / 100),
    );
  }

  /** Whether there are replicas that lag each by a time of its own. */
  replicasDiffer(): boolean {
    return this.#active.some(({ fault }) => fault.kind === 'lag' && fault.replicas !== undefined);
  }

  /** Every fault that matches counts the request, whichever of them strikes it. */
  #strike<K extends FaultKind>(
    kind: K,
    matches: (fault: FaultOf<K>) => boolean,
  ): FaultOf<K> | undefined {
    let struck: FaultOf<K> | undefined;
    for (const active of this.#active) {
      const { fault } = active;
      if (!isOf(fault, kind) || active.left <= 0 || !matches(fault)) continue;
      active.seen += 1;
      if (struck !== undefined || !isTurn(active)) continue;
      if (!this.random.chance((fault.percent ?? 100) / 100)) continue;
      active.left -= 1;
      struck = fault;
    }
    return struck;
  }
}

function isOf<K extends FaultKind>(fault: Fault, kind: K): fault is FaultOf<K> {
  return fault.kind === kind;
}

/** Whether the request seen last is past those to be skipped, and in the struck part of a burst. */
function isTurn({ fault: { after = 0, burst }, seen }: ActiveFault): boolean {
  const number = seen - after - 1;
  if (number < 0) return false;
  return burst === undefined || number % (burst.struck + burst.spared) < burst.struck;
}
