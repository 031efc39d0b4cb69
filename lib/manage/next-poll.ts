import { Cron } from 'croner';
import type { StoredConnection } from '../ports/connections.ts';
import { isAutomatic, isPush } from '../sync/connection.ts';
import type { Call } from './manage.ts';

/** When the timer's next poll of a connection is, by ISO 8601; null where none comes. */
export function openNextPoll({
  services: { clock, config },
}: Call): (connection: StoredConnection) => string | null {
  // The platform joins day of month and day of week by "and" (NCRONTAB).
  const schedule = new Cron(config.pollSchedule, { timezone: 'UTC', domAndDow: true });
  const next = schedule.nextRun(new Date(clock.now()))?.toISOString() ?? null;
  return (connection) =>
    connection.enabled && isAutomatic(connection) && !isPush(connection) ? next : null;
}
