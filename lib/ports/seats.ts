/**
 * Who holds an entitlement of which there are only so many: never more than that, however many ask
 * at the same time and however often.
 */
export interface Seats {
  /**
   * Takes a seat for each of these, in their order; who has one keeps it. Where `seats` was lowered,
   * nobody loses one, and no new ones are given until there are fewer.
   * @returns those who have one now; for the others all seats were taken
   * @throws AppError `unavailable` where others are always first
   */
  take(
    connectionId: string,
    entitlement: string,
    seats: number,
    holders: readonly string[],
  ): Promise<ReadonlySet<string>>;
  /**
   * Gives seats back; who has none is no error.
   * @throws AppError `unavailable` where others are always first
   */
  give(connectionId: string, entitlement: string, holders: readonly string[]): Promise<void>;
  /** How many seats are taken. */
  count(connectionId: string, entitlement: string): Promise<number>;
}
