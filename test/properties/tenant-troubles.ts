import type { ErrorCode } from '../../lib/errors.ts';

/** What is wrong with how a tenant answers. */
export interface TenantTroubles {
  /** The newest items that the feed does not show yet. */
  lag: number;
  /** So many of the next readings are refused. */
  refusals: number;
  /** Whether pages repeat what came before. */
  repeats: boolean;
  /** Once in so many times a page is empty, and not the last; 0 = never. */
  emptyPages: number;
  /** A read by id is answered by a replica that knows all but this many of the last events. */
  replicaLag: number;
  /** A reading from scratch begins at a replica that knows all but this many of the last events. */
  readingLag: number;
  /** So many of the next readings from scratch end early, as if that were all. */
  cuts: number;
  /** So many of the next reads by id fail, and how. */
  byIdFailures: number;
  byIdCode: ErrorCode;
}

/** Nothing is wrong. */
export const CALM: TenantTroubles = {
  lag: 0,
  refusals: 0,
  repeats: false,
  emptyPages: 0,
  replicaLag: 0,
  readingLag: 0,
  cuts: 0,
  byIdFailures: 0,
  byIdCode: 'unavailable',
};
