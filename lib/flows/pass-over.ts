import { AppError } from '../errors.ts';
import type { Page } from '../ports/entra.ts';
import type { Checkpoint, SyncState } from '../ports/sync-state.ts';
import type { Kind } from '../sync/entry.ts';
import { isEnded, isFullRun } from '../sync/run.ts';

/** What is written down of a reading that failed. */
type LastError = NonNullable<Checkpoint['lastError']>;

const REFUSALS: ReadonlySet<string> = new Set(['access-denied', 'credential-refused']);

/** Whether Entra lets nobody read, until an administrator does something about it. */
export function isRefusal({ code }: Pick<LastError, 'code'>): boolean {
  return REFUSALS.has(code);
}

/** An error as it is written down. */
export function lastErrorOf({ checkpoint }: SyncState, error: AppError, now: number): LastError {
  const at = new Date(now).toISOString();
  const since = checkpoint.lastError?.since ?? at;
  return { code: error.code, message: error.message, at, since };
}

/**
 * Users or groups that may not be read do not stop the others: the round goes on as if they had
 * nothing new, and reads on from the same link the next time. A full run needs both, and waits.
 * @returns undefined where the round cannot go on
 */
export function passedOver(
  { checkpoint, run }: SyncState,
  kind: Kind,
  error: unknown,
): { readonly page: Page; readonly refusal: AppError } | undefined {
  const link = checkpoint.links[kind];
  const isInFullRun = run !== null && !isEnded(run) && isFullRun(run);
  if (!(error instanceof AppError) || !isRefusal(error) || isInFullRun || link === null)
    return undefined;
  const refusal = new AppError(error.code, `${kind}s may not be read: ${error.message}`);
  return { page: { items: [], deltaLink: link }, refusal };
}
