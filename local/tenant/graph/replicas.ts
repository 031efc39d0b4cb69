import type { TenantClock } from '../clock.ts';
import type { ChangeFeed } from '../directory/change-feed.ts';
import { newestReplica, primary, type Replica, replicaAt } from '../directory/replica.ts';
import type { FaultOf } from '../faults.ts';
import type { Strikes, Target } from '../strikes.ts';
import { isDelta, isRead } from './request-kind.ts';

/** What the choice of a replica takes. */
interface ReplicaNeeds {
  readonly faults: Strikes;
  readonly feed: ChangeFeed;
  readonly clock: TenantClock;
}

/**
 * Which copy of the directory answers. It is chosen once a request, so that a request sees one
 * copy; operations run to their end without waiting, so that no other request comes between.
 */
export class Replicas {
  readonly #needs: ReplicaNeeds;
  /** How far the chosen replica is; undefined = it has all that is visible. */
  #sequence: number | undefined;
  #reads: Replica;

  constructor(needs: ReplicaNeeds) {
    this.#needs = needs;
    this.#reads = primary(needs.feed);
  }

  /** Chooses by chance who answers from now on. */
  chooseFor(target: Target): void {
    const { faults, feed } = this.#needs;
    const fault = faults.take(
      'lag',
      target,
      ({ replicas, reads }) =>
        replicas !== undefined && (isDelta(target) || (reads === true && isRead(target))),
    );
    this.#sequence = fault && this.#reachOf(fault);
    const readsLag = fault?.reads === true || faults.readsLag();
    this.#reads = readsLag ? this.forDelta(0) : primary(feed);
  }

  /** What plain reads show, and what writes find. */
  forReads(): Replica {
    return this.#reads;
  }

  /**
   * What deltas show. A replica that has not got as far as the client was promised waits until it
   * has: otherwise the changes in between would be lost.
   */
  forDelta(promised: number): Replica {
    const { feed } = this.#needs;
    return this.#sequence === undefined || this.#sequence >= feed.sequence
      ? newestReplica(feed)
      : replicaAt(feed, Math.max(promised, this.#sequence));
  }

  /** The lags are spread evenly: the first replica has none, the last one all of it. */
  #reachOf({ replicas = 1, seconds = 0, jitterSeconds = 0 }: FaultOf<'lag'>): number | undefined {
    const { faults, feed, clock } = this.#needs;
    const number = faults.random.below(replicas);
    const share = replicas === 1 ? 1 : number / (replicas - 1);
    const lag = seconds * share + faults.random.next() * jitterSeconds;
    return feed.past.sequenceAt(clock.now() - lag * 1000);
  }
}
