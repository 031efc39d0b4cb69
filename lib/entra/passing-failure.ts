import { AppError } from '../errors.ts';
import { retryAfterSeconds } from './retry-after.ts';

/**
 * The failure that an answer's status stands for where it passes by itself; undefined for all other
 * answers. 501 is an answer about the request, not about the moment (seen where a property is
 * unsupported).
 * @param retryAfter the answer's `Retry-After` header
 * @param now milliseconds since 1970
 * @returns AppError `throttled` or `unavailable`, with `retryAfterSeconds` where known
 */
export function passingFailure(
  status: number,
  retryAfter: string | null,
  now: number,
): AppError | undefined {
  if (status !== 429 && (status < 500 || status === 501)) return undefined;
  const seconds = retryAfterSeconds(retryAfter, now);
  const details = seconds === undefined ? {} : { retryAfterSeconds: seconds };
  if (status === 429) return new AppError('throttled', 'Graph is throttling', details);
  return new AppError('unavailable', `Graph answered with status ${status}`, details);
}
