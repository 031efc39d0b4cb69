import type { StoredConnection } from '../../ports/connections.ts';
import type { Services } from '../../ports.ts';
import type { Kind } from '../../sync/entry.ts';
import type { Link } from '../../sync/link.ts';
import { appOf } from '../sides.ts';

/**
 * Entries that were made of objects whose links name none: they are found by their externalId.
 * @returns ids of the entries, by those of the objects
 */
export async function findOwnWork(
  needs: Pick<Services, 'directories'>,
  connection: StoredConnection,
  links: readonly Link[],
): Promise<ReadonlyMap<string, string>> {
  const bare = links.filter(({ appId }) => appId === null);
  const found = new Map<string, string>();
  for (const [kind, some] of Map.groupBy(bare, (link): Kind => link.kind)) {
    const ids = some.map(({ entraId }) => entraId);
    for (const [id, entry] of await appOf(needs, connection).find(kind, ids))
      found.set(id, entry.id);
  }
  return found;
}
