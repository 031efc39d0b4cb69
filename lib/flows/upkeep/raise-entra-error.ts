import type { Services } from '../../ports.ts';
import { alertOfEntraError, type LastingError } from '../../sync/alerts/alert-of-error.ts';
import { raise } from './raise.ts';

/** Tells people that Entra cannot be read, where they can do something about it or it lasts. */
export async function raiseEntraError(
  needs: Pick<Services, 'alerts' | 'bus' | 'clock' | 'log'>,
  connectionId: string,
  error: LastingError,
): Promise<void> {
  const alert = alertOfEntraError(error, needs.clock.now());
  if (alert) await raise(needs, connectionId, alert);
}
