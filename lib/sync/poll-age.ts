import { isEnded, type Run } from './run.ts';

/** What is known of a connection's rounds. */
export interface Rounds {
  /** When the last one came to its end; ISO 8601. */
  readonly lastRoundAt: string | null;
  readonly lastError: { readonly at: string; readonly since?: string | undefined } | null;
}

/** Lanes may work for so long without a sign. */
const PATIENCE_MILLISECONDS = 60 * 60_000;

/**
 * How old the last look at Entra is, in seconds; null where that says nothing.
 *
 * | state | counted from |
 * | --- | --- |
 * | a run reads, without an error | it is being looked |
 * | a run is open, and a lane has closed something within the hour | it is being worked |
 * | a round came to its end once | that |
 * | none ever did | the first error |
 */
export function pollAgeSeconds(
  { lastRoundAt, lastError }: Rounds,
  run: Run | null,
  now: number,
): number | null {
  if (run && !isEnded(run) && lastError === null && isMoving(run, now)) return null;
  const from = lastRoundAt ?? lastError?.since ?? lastError?.at;
  return from === undefined ? null : Math.max(0, Math.round((now - Date.parse(from)) / 1_000));
}

function isMoving(run: Run, now: number): boolean {
  const signs = Object.values(run.ticks).map(({ at }) => at);
  return run.reading || now - Math.max(Date.parse(run.startedAt), ...signs) < PATIENCE_MILLISECONDS;
}
