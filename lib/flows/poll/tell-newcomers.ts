import type { StoredConnection } from '../../ports/connections.ts';
import type { Services } from '../../ports.ts';
import { outsideRuns, toLane } from '../../sync/addressed.ts';
import { chunks } from '../../sync/chunks.ts';
import { byLane } from '../../sync/lanes.ts';
import { newcomerId } from '../../sync/newcomers/marker.ts';
import type { Newcomer } from '../../sync/newcomers/newcomer.ts';

/** What a lane makes in Entra by one message: some seconds' work. */
const MOST_NEWCOMERS = 100;

/** Tells the lanes which entries are to be made in Entra; each travels by its own id until then. */
export async function tellNewcomers(
  { bus, clock }: Pick<Services, 'bus' | 'clock'>,
  connection: StoredConnection,
  newcomers: readonly Newcomer[],
): Promise<void> {
  const envelope = outsideRuns(connection, clock.now());
  const lanes = [...byLane(newcomers, ({ appId }) => newcomerId(connection.id, appId))];
  const messages = lanes.flatMap(([lane, own]) =>
    chunks(own, MOST_NEWCOMERS).map((objects) =>
      toLane({ ...envelope, lane, kind: 'newcomers' as const, objects }),
    ),
  );
  if (messages.length > 0) await bus.send('changes', messages);
}
