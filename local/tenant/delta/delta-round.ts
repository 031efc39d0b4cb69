import type { Subset } from '../chosen.ts';

/** What a delta query follows. */
export type DeltaResource = 'users' | 'groups';

/** What a round tracks, fixed by its first request (Graph docs: delta query overview). */
export interface DeltaQuery {
  readonly resource: DeltaResource;
  /** Undefined = the resource's default properties. */
  readonly select?: readonly string[] | undefined;
  /** Only these objects, from `$filter=id eq …`. */
  readonly ids?: readonly string[] | undefined;
}

/** Where the next round starts: everything up to `since` is known to the client. */
export interface DeltaStart {
  readonly query: DeltaQuery;
  /** Undefined = nothing is known yet: the initial round. */
  readonly since: number | undefined;
}

/** Where a round stands between two pages. */
export interface DeltaRound extends DeltaStart {
  /** The newest sequence when the round began; the next round starts there. */
  readonly until: number;
  /** Index of the next candidate, and how many there were when the round began. */
  readonly position: number;
  readonly limit: number;
  /** How far the candidate's members were given already. */
  readonly slice: number;
  /** An empty page was served for this position, so the next one has to be real. */
  readonly afterEmptyPage?: boolean | undefined;
  /** Only these objects are shown, although there are others. */
  readonly only?: Subset | undefined;
}

/** How much fits on one page. */
export interface PageSize {
  readonly objects: number;
  /** Over all groups of the page. */
  readonly members: number;
}
