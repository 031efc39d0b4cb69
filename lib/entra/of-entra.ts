import { AppError } from '../errors.ts';

/** An error that says which side it is about, where it is one of ours. */
export function ofEntra(error: unknown): unknown {
  if (!(error instanceof AppError)) return error;
  const { code, message, retryable, retryAfterSeconds } = error;
  return new AppError(code, message, {
    retryable,
    ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
    cause: error,
    side: 'entra',
  });
}
