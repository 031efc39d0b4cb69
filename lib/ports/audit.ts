import type { AuditEntry } from '../sync/audit/audit-entry.ts';

/** An entry with its place in its object's history; what happened before has a greater one. */
export type PlacedEntry = AuditEntry & { readonly place: string };

/** What happened to objects, and why. Lanes write it, see {@link Lanes.commit}. */
export interface Audit {
  /** Of one object, newest first; `next` continues. */
  history(
    connectionId: string,
    objectId: string,
    page: { readonly size: number; readonly after?: string },
  ): Promise<{ readonly entries: readonly PlacedEntry[]; readonly next?: string }>;
  /** What one lane has written, object by object, from a row key on; `cursor` follows the page. */
  ofLane(
    connectionId: string,
    lane: number,
    page: { readonly size: number; readonly from?: string; readonly during?: TimeSpan },
  ): AsyncGenerator<{ readonly entries: readonly PlacedEntry[]; readonly cursor: string }>;
  /**
   * Removes what one lane wrote before a time, until `isOver` says to stop.
   * @returns how many rows
   */
  expire(
    connectionId: string,
    lane: number,
    before: number,
    isOver: () => boolean,
  ): Promise<number>;
}

/** From (inclusive) to (exclusive), in milliseconds. */
export interface TimeSpan {
  readonly from?: number;
  readonly to?: number;
}
