import type { ErrorCode } from '../../errors.ts';
import type { Alert } from './alert.ts';

/** An error of a side that goes on. */
export interface LastingError {
  readonly code: ErrorCode;
  /** When the first of such errors in a row came; milliseconds. */
  readonly since: number;
}

/** What passes by itself within this time, nobody is told. */
const PATIENCE_MILLISECONDS = 10 * 60_000;

const OF_CREDENTIALS: ReadonlySet<ErrorCode> = new Set(['credential-refused', 'access-denied']);

/**
 * What is told of an error of Entra: of a credential at once, of others when they last. Nothing of a
 * delta link that expired: that mends itself.
 */
export function alertOfEntraError({ code, since }: LastingError, now: number): Alert | undefined {
  if (code === 'checkpoint-expired') return undefined;
  const about = { at: since, subject: 'entra', audience: 'all' as const, reason: code };
  if (OF_CREDENTIALS.has(code)) return { ...about, kind: 'credential-failing' };
  return isPassing({ code, since }, now) ? undefined : { ...about, kind: 'side-unavailable' };
}

/** Whether an error that may pass by itself has not lasted yet. */
export function isPassing({ since }: LastingError, now: number): boolean {
  return now - since < PATIENCE_MILLISECONDS;
}
