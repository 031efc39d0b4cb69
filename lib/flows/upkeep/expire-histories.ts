import type { StoredConnection } from '../../ports/connections.ts';
import type { Services } from '../../ports.ts';
import { DEFAULT_AUDIT_DAYS } from '../../sync/connection.ts';
import { LANES } from '../../sync/lanes.ts';

type Needs = Pick<Services, 'audit' | 'clock' | 'log'>;

const HOUR = 60 * 60_000;
const DAY = 24 * HOUR;
/** Others wait for their turn of the same timer. */
const MOST_MILLISECONDS = 15_000;

/**
 * Throws away what happened longer ago than a connection keeps it: one lane an hour, in turn, so that
 * every lane is gone over more than once a day. What is left when the time is over is the next turn's.
 */
export async function expireHistories(
  { audit, clock, log }: Needs,
  { id: connectionId, auditDays = DEFAULT_AUDIT_DAYS }: StoredConnection,
): Promise<void> {
  const now = clock.now();
  const lane = Math.floor(now / HOUR) % LANES;
  const isOver = () => clock.now() > now + MOST_MILLISECONDS;
  const count = await audit.expire(connectionId, lane, now - auditDays * DAY, isOver);
  if (count > 0) log.info('histories expired', { connectionId, lane, count });
}
