import type { StoredConnection } from '../../ports/connections.ts';
import type { Services } from '../../ports.ts';
import { GROUP_NATURE, whyGroupStays } from '../../sync/group-nature.ts';
import type { Link } from '../../sync/link.ts';
import { SYNCED } from '../../sync/rules/compile.ts';
import type { Selection } from '../../sync/rules/properties.ts';
import { entraOf } from '../sides.ts';

/** What decides whether a group is the application's to delete (Graph docs: groups overview). */
const NATURE: Selection = {
  properties: {
    user: [],
    group: [...GROUP_NATURE, SYNCED],
  },
  relationships: { user: false, group: false },
};

/**
 * Groups that are never deleted for the application, as they are now, with the reason.
 * @returns by Entra id
 */
export async function unwritableGroups(
  needs: Pick<Services, 'directories'>,
  connection: StoredConnection,
  groups: readonly Pick<Link, 'entraId'>[],
): Promise<ReadonlyMap<string, string>> {
  const reasons = new Map<string, string>();
  if (groups.length === 0) return reasons;
  const ids = groups.map(({ entraId }) => entraId);
  for await (const items of entraOf(needs, connection, NATURE).read('group', ids))
    for (const { id, properties } of items) {
      const why = whyGroupStays(properties);
      if (why !== undefined) reasons.set(id, why);
    }
  return reasons;
}
