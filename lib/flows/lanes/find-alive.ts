import type { StoredConnection } from '../../ports/connections.ts';
import type { Services } from '../../ports.ts';
import type { Kind } from '../../sync/entry.ts';
import { entraOf } from '../sides.ts';

/** Which of these Entra objects a read by id still finds; nothing is asked about none. */
export async function findAlive(
  needs: Pick<Services, 'directories'>,
  connection: StoredConnection,
  objects: readonly { readonly kind: Kind; readonly id: string }[],
): Promise<ReadonlySet<string>> {
  const feed = entraOf(needs, connection);
  const kinds = [...Map.groupBy(objects, ({ kind }) => kind)];
  const found = await Promise.all(
    kinds.map(([kind, some]) =>
      feed.alive(
        kind,
        some.map(({ id }) => id),
      ),
    ),
  );
  return new Set(found.flatMap((ids) => [...ids]));
}
