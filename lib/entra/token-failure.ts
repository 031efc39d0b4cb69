import { AppError } from '../errors.ts';

/**
 * Sign-in failures that pass by themselves (Entra docs: AADSTS error codes): 90024 and 90033 "a
 * transient error has occurred", 90055 the tenant sends too much.
 */
const PASSING: ReadonlySet<string> = new Set(['90024', '90033', '90055']);

/** OAuth errors that say no to this credential (RFC 6749 section 5.2). */
const REFUSALS =
  /^(invalid_client|unauthorized_client|invalid_grant|invalid_request|invalid_scope|access_denied)\b/;

/**
 * Says why there is no token. The credential's own error goes no further: only the AADSTS number or
 * the library's code is taken out of it. What names no reason (no network, a broken answer) counts
 * as out of reach, because the credential reports those under the same class.
 */
export function tokenFailure(error: unknown): AppError {
  if (error instanceof AppError) return error;
  const message = error instanceof Error ? error.message : '';
  const number = /\bAADSTS(\d{4,10})\b/.exec(message)?.[1];
  if (number !== undefined && !PASSING.has(number))
    return new AppError('credential-refused', `Entra refused the credential: AADSTS${number}`);
  if (number === undefined && (REFUSALS.test(message) || isRefusedStatus(error)))
    return new AppError('credential-refused', 'Entra refused the credential');
  const reason = number === undefined ? /^[a-z_]{3,60}(?=:)/.exec(message)?.[0] : `AADSTS${number}`;
  return new AppError('unavailable', `Entra gave no token: ${reason ?? 'no reason given'}`);
}

function isRefusedStatus(error: unknown): boolean {
  return (
    error instanceof Error &&
    'statusCode' in error &&
    (error.statusCode === 400 || error.statusCode === 401)
  );
}
