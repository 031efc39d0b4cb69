/** Every code an error of ours can carry; a closed list, so that callers can switch on it. */
export type ErrorCode =
  | 'bad-request'
  | 'unauthorized'
  | 'not-found'
  | 'method-not-allowed'
  | 'conflict'
  | 'precondition-failed'
  | 'payload-too-large'
  | 'bad-configuration'
  | 'bad-answer'
  | 'bad-link'
  | 'checkpoint-expired'
  | 'access-denied'
  | 'credential-refused'
  | 'throttled'
  | 'unavailable'
  | 'state-changed'
  | 'state-exists'
  | 'deadline';

/** What is known of an error beside its code and sentence. */
export interface ErrorDetails {
  /** Whether the same call may succeed later without anybody changing anything. */
  readonly retryable?: boolean;
  /** Seconds after which a retry makes sense, where the other side said so. */
  readonly retryAfterSeconds?: number;
  readonly cause?: unknown;
  /** Which side could not be reached, or refused; absent where it is the state store, or nobody. */
  readonly side?: 'entra' | 'app';
  /** What was wrong with the bearer token of a request (RFC 6750 section 3.1). */
  readonly tokenError?: TokenError;
}

type TokenError = 'invalid_token' | 'insufficient_scope';

const RETRYABLE: ReadonlySet<ErrorCode> = new Set([
  'throttled',
  'unavailable',
  'state-changed',
  'deadline',
]);

/**
 * The one error type that crosses module borders. Expected outcomes (out of scope, a name that is
 * taken) are values, not errors.
 */
export class AppError extends Error {
  readonly code: ErrorCode;
  readonly retryable: boolean;
  readonly retryAfterSeconds: number | undefined;
  readonly side: 'entra' | 'app' | undefined;
  readonly tokenError: TokenError | undefined;

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = 'AppError';
    this.code = code;
    this.retryable = details.retryable ?? RETRYABLE.has(code);
    this.retryAfterSeconds = details.retryAfterSeconds;
    this.side = details.side;
    this.tokenError = details.tokenError;
  }
}

/** Whether `error` is ours and carries one of `codes`. */
export function hasCode(error: unknown, ...codes: readonly ErrorCode[]): error is AppError {
  return error instanceof AppError && codes.includes(error.code);
}
