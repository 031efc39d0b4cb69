/** The tenant's own time, which the controls can move forward. All times are in milliseconds. */
export interface TenantClock {
  /** Time of the directory: deletions, delta tokens, replica lag and throttling go by it. */
  readonly now: () => number;
  /**
   * Time without what was skipped. Access tokens go by it, because the client that holds one
   * measures its life with its own clock.
   */
  readonly wallNow: () => number;
  /** Moves the directory's time forward. */
  readonly advance: (seconds: number) => void;
}

/** A clock that runs with `wallNow` until somebody advances it. */
export function tenantClock(wallNow: () => number): TenantClock {
  let skippedMs = 0;
  return {
    wallNow,
    now: () => wallNow() + skippedMs,
    advance: (seconds) => {
      skippedMs += seconds * 1000;
    },
  };
}

const midnights = new Map<number, string>();

/** As `graphTime`, for midnights, which seeds need by the hundred thousand. */
export function graphMidnight(milliseconds: number): string {
  const known = midnights.get(milliseconds);
  if (known !== undefined) return known;
  const text = graphTime(milliseconds);
  midnights.set(milliseconds, text);
  return text;
}

/** `2026-03-01T10:15:00Z`: the way Graph writes a time, without fractions. */
export function graphTime(milliseconds: number): string {
  return `${new Date(milliseconds).toISOString().slice(0, 19)}Z`;
}
