/** The tenant's own time, which the controls can move forward. All times are in milliseconds. */
export interface TenantClock {
  /** Time of the directory: deletions, delta tokens, replica lag and throttling go by it. */
  readonly now: () => number;
  /** Time without what was skipped. */
  readonly wallNow: () => number;
  /**
   * Time of access tokens: without what was skipped, because the client that holds one measures
   * its life with its own clock, unless they were told to age too.
   */
  readonly tokenNow: () => number;
  /** Moves the directory's time forward, and that of access tokens if they are to age. */
  readonly advance: (seconds: number, tokensAge: boolean) => void;
}

/** A clock that runs with `wallNow` until somebody advances it. */
export function tenantClock(wallNow: () => number): TenantClock {
  let skippedMs = 0;
  let tokenSkippedMs = 0;
  return {
    wallNow,
    now: () => wallNow() + skippedMs,
    tokenNow: () => wallNow() + tokenSkippedMs,
    advance: (seconds, tokensAge) => {
      skippedMs += seconds * 1000;
      if (tokensAge) tokenSkippedMs += seconds * 1000;
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
