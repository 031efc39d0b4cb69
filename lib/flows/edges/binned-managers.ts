import type { StoredConnection } from '../../ports/connections.ts';
import type { Services } from '../../ports.ts';
import type { Item } from '../../sync/entry.ts';
import type { Link } from '../../sync/link.ts';
import { entraOf } from '../sides.ts';

/**
 * Users who were read by their ids, as far as that says anything of their managers: one that is deleted,
 * and can be restored, is not shown, and stays.
 * @param stored what is known of the users
 */
export async function withoutBinned(
  needs: Pick<Services, 'directories'>,
  connection: StoredConnection,
  items: readonly Item[],
  stored: ReadonlyMap<string, Link>,
): Promise<readonly Item[]> {
  const left = items.flatMap(({ id, manager }) => {
    const known = stored.get(id)?.seen.manager;
    return manager === null && known ? [known] : [];
  });
  if (left.length === 0) return items;
  const binned = await entraOf(needs, connection).restorable('user', [...new Set(left)]);
  return items.map((item) => {
    const { manager, ...rest } = item;
    const known = stored.get(item.id)?.seen.manager;
    return manager === null && known && binned.has(known) ? rest : item;
  });
}
