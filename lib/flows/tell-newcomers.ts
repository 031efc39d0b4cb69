import type { StoredConnection } from '../ports/connections.ts';
import type { Services } from '../ports.ts';
import { outsideRuns, toLane } from '../sync/addressed.ts';
import { byLane } from '../sync/lanes.ts';
import { newcomerId } from '../sync/newcomers/marker.ts';
import type { Newcomer } from '../sync/newcomers/newcomer.ts';

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
    Array.from({ length: Math.ceil(own.length / MOST_NEWCOMERS) }, (_, at) => {
      const objects = own.slice(at * MOST_NEWCOMERS, (at + 1) * MOST_NEWCOMERS);
      return toLane({ ...envelope, lane, kind: 'newcomers' as const, objects });
    }),
  );
  if (messages.length > 0) await bus.send('changes', messages);
}
