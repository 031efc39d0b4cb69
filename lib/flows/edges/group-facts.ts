import type { StoredConnection } from '../../ports/connections.ts';
import type { Services } from '../../ports.ts';
import type { GroupFacts } from '../../sync/explain/scope-step.ts';
import { byLane } from '../../sync/lanes.ts';
import type { Link } from '../../sync/link.ts';
import { dependsOnGroups } from '../../sync/rules/rules-of.ts';
import type { Judge } from '../entries/judge.ts';

type Needs = Pick<Services, 'lanes' | 'checkpoints'>;

/** Groups whose names are looked up. */
const MOST_NAMES = 20;

/**
 * What the sync knows of the groups that decide about a user; null where none do.
 * @param stored the user's link; undefined where the sync has never seen the user
 */
export async function groupFacts(
  needs: Needs,
  connection: StoredConnection,
  judge: Judge,
  { link, stored }: { readonly link: Link; readonly stored: Link | undefined },
): Promise<GroupFacts | null> {
  if (link.kind !== 'user' || !dependsOnGroups(judge.rules)) return null;
  const through = (role: string) => judge.through(link.entraId, role);
  const own = new Set(Object.keys(judge.rules.roots).flatMap(through));
  const { checkpoint } = await needs.checkpoints.load(connection.id);
  const asOf = checkpoint.lastRoundAt;
  const isKnown = asOf !== null && (stored !== undefined || own.size > 0);
  const names = await namesOf(needs, connection.id, [...own].slice(0, MOST_NAMES));
  return { through, isKnown, asOf, names };
}

async function namesOf(
  { lanes }: Needs,
  connectionId: string,
  groups: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const names = new Map<string, string>();
  for (const [number, ids] of byLane(groups, (id) => id)) {
    const links = await lanes.links(await lanes.open(connectionId, number), ids);
    for (const [id, { seen }] of links) {
      const { displayName } = seen.properties;
      if (typeof displayName === 'string') names.set(id, displayName);
    }
  }
  return names;
}
