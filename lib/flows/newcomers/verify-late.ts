import type { StoredConnection } from '../../ports/connections.ts';
import type { Services } from '../../ports.ts';
import { outsideRuns, toLane } from '../../sync/addressed.ts';
import { STALE_MILLISECONDS } from '../../sync/entra-values.ts';
import { byLane } from '../../sync/lanes.ts';
import type { Made } from './tie-born.ts';

/**
 * Has objects read that were made some time ago and are tied only now: what the delta told of them
 * meanwhile, nobody could believe. Read once no replica can lag any more, for one that does not know a
 * new object says that it is gone. May be repeated.
 */
export async function verifyLate(
  { bus, clock }: Pick<Services, 'bus' | 'clock'>,
  connection: StoredConnection,
  late: readonly Made[],
): Promise<void> {
  if (late.length === 0) return;
  const envelope = outsideRuns(connection, clock.now());
  const messages = [...byLane(late, ({ entraId }) => entraId)].map(([lane, some]) => {
    const objects = some.map(({ link: { kind }, entraId }) => ({ kind, id: entraId }));
    const message = toLane({ ...envelope, lane, kind: 'verify', objects });
    return { ...message, delaySeconds: STALE_MILLISECONDS / 1_000 };
  });
  await bus.send('changes', messages);
}
