import { AppError } from '../../errors.ts';
import type { Checkpoint, SyncState } from '../../ports/sync-state.ts';
import type { Kind } from '../../sync/entry.ts';
import { isEnded, isFullRun, type Run } from '../../sync/run.ts';

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

/** What stands for the page of a kind that may not be read: nothing, and the same link again. */
export interface PassedPage {
  readonly items: readonly [];
  readonly deltaLink: string | null;
}

/**
 * Users or groups that may not be read do not stop the others: the round goes on as if they had
 * nothing new, and reads on from the same link the next time.
 *
 * | the reading | is passed over where |
 * | --- | --- |
 * | a round | the others have been read before |
 * | a full run, users | groups were read, and nothing of the users was |
 * | a full run, groups | they decide about nobody, and nothing of them was read |
 *
 * In a full run it takes, besides, that the others may be read.
 * @returns undefined where it cannot go on
 */
export function passedOver(
  { checkpoint, run }: SyncState,
  kind: Kind,
  error: unknown,
): { readonly page: PassedPage; readonly refusal: AppError } | undefined {
  const isInFullRun = run !== null && !isEnded(run) && isFullRun(run);
  if (!(error instanceof AppError) || !isRefusal(error)) return undefined;
  const other = otherKind(kind);
  const mayGoOn = isInFullRun
    ? checkpoint.links[kind] === null && mayPass(run, kind)
    : checkpoint.links[kind] !== null || checkpoint.links[other] !== null;
  if (!mayGoOn) return undefined;
  const refusal = new AppError(error.code, `${kind}s may not be read: ${error.message}`);
  return { page: { items: [], deltaLink: isInFullRun ? null : checkpoint.links[kind] }, refusal };
}

export function otherKind(kind: Kind): Kind {
  return kind === 'user' ? 'group' : 'user';
}

function mayPass({ unread = [], isScoped }: Run, kind: Kind): boolean {
  return kind === 'user' ? !unread.includes('group') : isScoped !== true;
}
