import type { StoredConnection } from '../ports/connections.ts';
import type { Services } from '../ports.ts';
import type { Properties } from '../sync/entry.ts';
import type { Link } from '../sync/link.ts';
import type { Selection } from '../sync/rules/properties.ts';
import { entraOf } from './sides.ts';

/** What decides whether a group is the application's to delete (Graph docs: groups overview). */
const NATURE: Selection = {
  properties: {
    user: [],
    group: ['groupTypes', 'isAssignableToRole', 'mailEnabled', 'onPremisesSyncEnabled'],
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
      const why = whyUnwritable(properties);
      if (why !== undefined) reasons.set(id, why);
    }
  return reasons;
}

function whyUnwritable(properties: Properties): string | undefined {
  const { groupTypes, isAssignableToRole, mailEnabled, onPremisesSyncEnabled } = properties;
  const types = Array.isArray(groupTypes) ? groupTypes : [];
  if (onPremisesSyncEnabled === true) return 'it is synced from on-premises';
  if (types.includes('DynamicMembership')) return 'its members follow from a rule';
  if (isAssignableToRole === true) return 'roles can be assigned to it';
  if (mailEnabled === true && !types.includes('Unified')) return 'it is a mail-enabled group';
  return undefined;
}
