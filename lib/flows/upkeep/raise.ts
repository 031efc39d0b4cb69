import type { Services } from '../../ports.ts';
import { toPoll } from '../../sync/addressed.ts';
import type { Alert } from '../../sync/alerts/alert.ts';

/**
 * Tells people of something, once: an alert of the same kind, time and subject that is there already
 * is left as it is. It is written down first; whoever is to get a mail or a webhook is told by a
 * message of its own, and by housekeeping should that be lost.
 * @param alert `at` is when it began, and must be the same whenever the same is told
 */
export async function raise(
  { alerts, bus, log }: Pick<Services, 'alerts' | 'bus' | 'log'>,
  connectionId: string,
  alert: Alert,
): Promise<void> {
  if (!(await alerts.add(connectionId, alert))) return;
  const { kind, runId } = alert;
  log.info('alert raised', { connectionId, kind, ...(runId !== undefined && { runId }) });
  if (alert.audience === 'all')
    await bus.send('polls', [toPoll({ connectionId, reason: 'alert' })]);
}
