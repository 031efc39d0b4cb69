import { isServiceBusError } from '@azure/service-bus';
import { AppError } from '../errors.ts';

/**
 * Makes a request of the bus and says its failure in our words.
 * @throws AppError `unavailable`, or the request's own AppError.
 */
export async function translated<T>(request: () => Promise<T>): Promise<T> {
  try {
    return await request();
  } catch (error) {
    if (error instanceof AppError) throw error;
    const reason = isServiceBusError(error) ? error.code : 'no connection';
    throw new AppError('unavailable', `Service Bus: ${reason}`, { cause: error });
  }
}
