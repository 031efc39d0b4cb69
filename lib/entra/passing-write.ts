import { AppError, hasCode } from '../errors.ts';
import { answerOf, type BatchResponse, headerOf } from './batch-round.ts';
import { errorCodeOf } from './graph-error.ts';
import { passingFailure } from './passing-failure.ts';
import { retryAfterSeconds } from './retry-after.ts';

/** A write that failed in passing. */
export interface PassingWrite {
  readonly failure: AppError;
  /** Whether Graph surely did nothing, so that even a creation may be sent again. */
  readonly isUntouched: boolean;
}

/**
 * The failure that an answer to a write of a batch stands for where it passes by itself; undefined
 * for all other answers.
 * @param now milliseconds since 1970
 */
export function passingWrite(response: BatchResponse, now: number): PassingWrite | undefined {
  const retryAfter = headerOf(response, 'retry-after') ?? null;
  if (isClash(response))
    return { failure: clash(retryAfterSeconds(retryAfter, now)), isUntouched: true };
  if (response.status === 424)
    return { failure: dependent(retryAfterSeconds(retryAfter, now)), isUntouched: false };
  const failure = passingFailure(response.status, retryAfter, now);
  return failure && { failure, isUntouched: hasCode(failure, 'throttled') };
}

/** Parallel writes to one object (Graph docs: error responses). */
function isClash(response: BatchResponse): boolean {
  const code = errorCodeOf(answerOf(response));
  return response.status === 409 && code === 'Directory_ConcurrencyViolation';
}

function clash(seconds: number | undefined): AppError {
  return unavailable('writes to one object of Entra met', seconds);
}

/** None of the requests depends on another, so that 424 can only come from throttling; of what, nobody says. */
function dependent(seconds: number | undefined): AppError {
  return unavailable('Graph waits for another request of the batch', seconds);
}

function unavailable(message: string, seconds: number | undefined): AppError {
  const details = seconds === undefined ? {} : { retryAfterSeconds: seconds };
  return new AppError('unavailable', message, details);
}
