import type { StoredConnection } from '../../ports/connections.ts';
import type { Services } from '../../ports.ts';
import type { EdgeWord } from '../../sync/edge.ts';
import type { Item } from '../../sync/entry.ts';
import type { Link } from '../../sync/link.ts';
import { rulesOf } from '../../sync/rules/rules-of.ts';
import { entraOf } from '../sides.ts';

/**
 * A full reading shows a manager with every user who has one. Who is shown without, and had one, is
 * asked for; a manager that is deleted, and can be restored, is not shown either, and stays.
 */
export async function silentManagers(
  needs: Pick<Services, 'directories'>,
  connection: StoredConnection,
  items: readonly Item[],
  now: Map<string, Link>,
): Promise<{ holder: Item; word: EdgeWord }[]> {
  // Where managers do not flow, none is asked for.
  if (!rulesOf(connection).selection.relationships.user) return [];
  const told = new Set(items.filter((item) => item.manager !== undefined).map(({ id }) => id));
  const silent = [...new Map(items.map((item) => [item.id, item])).values()].filter(
    ({ id, kind, removed }) =>
      kind === 'user' && !removed && !told.has(id) && now.get(id)?.seen.manager,
  );
  if (silent.length === 0) return [];
  const entra = entraOf(needs, connection);
  const managers = await entra.managers(silent.map(({ id }) => id));
  const without = silent.flatMap((holder) => {
    const link = now.get(holder.id);
    const manager = link?.seen.manager;
    return link && manager && !managers.has(holder.id) ? [{ holder, link, manager }] : [];
  });
  const resting = await entra.restorable(
    'user',
    without.map(({ manager }) => manager),
  );
  const gone = without.filter(({ manager }) => !resting.has(manager));
  for (const { holder, link } of gone)
    now.set(holder.id, { ...link, seen: { ...link.seen, manager: null } });
  return gone.map(({ holder, manager }) => ({
    holder,
    word: { member: manager, memberKind: 'user', removed: true },
  }));
}
