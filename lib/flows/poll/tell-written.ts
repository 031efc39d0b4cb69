import type { StoredConnection } from '../../ports/connections.ts';
import type { Services } from '../../ports.ts';
import { outsideRuns, toLane } from '../../sync/addressed.ts';
import { chunks } from '../../sync/chunks.ts';
import { byLane } from '../../sync/lanes.ts';
import type { Pushed } from '../../sync/pushed.ts';

/** A message is to stay far below 200 KB. */
const MOST_OBJECTS = 500;

/** Tells the lanes which entries were written, and of which objects: by Entra, or by the application. */
export async function tellWritten(
  { bus, clock }: Pick<Services, 'bus' | 'clock'>,
  connection: StoredConnection,
  { kind, objects }: { readonly kind: 'pushed' | 'written'; readonly objects: readonly Pushed[] },
): Promise<void> {
  const envelope = outsideRuns(connection, clock.now());
  const messages = [...byLane(objects, ({ entraId }) => entraId)].flatMap(([lane, own]) =>
    chunks(own, MOST_OBJECTS).map((some) => toLane({ ...envelope, lane, kind, objects: some })),
  );
  if (messages.length > 0) await bus.send('changes', messages);
}
