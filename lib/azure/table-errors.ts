import { RestError } from '@azure/data-tables';
import { AppError, type ErrorCode } from '../errors.ts';

/**
 * Makes a request and says its failure in our words (Azure docs: Table service error codes).
 * @throws AppError `not-found`, `state-exists`, `state-changed`, `bad-request`, `access-denied`,
 *   `throttled`, `unavailable`.
 */
export async function translated<T>(request: () => Promise<T>): Promise<T> {
  try {
    return await request();
  } catch (error) {
    if (!(error instanceof RestError)) throw error;
    throw new AppError(codeOf(error), `Table Storage: ${error.code ?? error.name}`, {
      cause: error,
    });
  }
}

function codeOf(error: RestError): ErrorCode {
  switch (error.statusCode) {
    case 404:
      return 'not-found';
    case 409:
      return 'state-exists';
    case 412:
      return 'state-changed';
    case 400:
    case 413:
      return 'bad-request';
    case 401:
    case 403:
      return 'access-denied';
    case 429:
      return 'throttled';
    default:
      return 'unavailable';
  }
}
