import type { StoredConnection } from '../ports/connections.ts';
import type { Services } from '../ports.ts';
import { outsideRuns, toLane } from '../sync/addressed.ts';
import { byLane } from '../sync/lanes.ts';
import { changesBetween, closure } from '../sync/rules/closure.ts';
import { dependsOnGroups, rulesOf } from '../sync/rules/rules-of.ts';

type Needs = Pick<Services, 'nesting' | 'bus' | 'clock'>;

const GROUPS_A_MESSAGE = 1_000;

/**
 * Works out which groups the rules go by: the chosen ones and all nested in them. Computed whole, in
 * the one session that a connection has for it.
 * @param isTold whether the members of groups that came or went are judged anew; a run that judges
 *   everybody needs nobody told
 */
export async function computeSets(
  needs: Needs,
  connection: StoredConnection,
  isTold: boolean,
): Promise<void> {
  const rules = rulesOf(connection);
  if (!dependsOnGroups(rules)) return;
  const before = await needs.nesting.sets(connection.id);
  const { nested, gone } = await needs.nesting.read(connection.id);
  const sets = Object.fromEntries(
    Object.entries(rules.roots).map(([role, roots]) => [
      role,
      [...closure(roots, nested, gone)].sort(),
    ]),
  );
  const moved = new Set(before.untold);
  for (const role of new Set([...Object.keys(sets), ...Object.keys(before.sets)])) {
    const { entered, left } = changesBetween(
      new Set(before.sets[role] ?? []),
      new Set(sets[role] ?? []),
    );
    for (const group of [...entered, ...left]) moved.add(group);
  }
  if (moved.size === 0 && before.version !== null) return;
  const untold = isTold ? [...moved] : [];
  const saved = await needs.nesting.save(connection.id, sets, untold, before.version);
  if (untold.length === 0) return;
  const envelope = outsideRuns(connection, needs.clock.now());
  for (const [lane, groups] of byLane(untold, (group) => group)) {
    for (let at = 0; at < groups.length; at += GROUPS_A_MESSAGE) {
      const some = groups.slice(at, at + GROUPS_A_MESSAGE);
      const rescope = { ...envelope, lane, kind: 'rescope' as const, groups: some };
      await needs.bus.send('changes', [toLane(rescope)]);
    }
  }
  await needs.nesting.save(connection.id, sets, [], saved.version);
}
