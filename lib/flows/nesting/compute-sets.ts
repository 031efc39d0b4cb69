import type { StoredConnection } from '../../ports/connections.ts';
import type { GroupSets, NotedNesting, StoredSets } from '../../ports/nesting.ts';
import type { Services } from '../../ports.ts';
import { outsideRuns, toLane } from '../../sync/addressed.ts';
import { chunks } from '../../sync/chunks.ts';
import { byLane } from '../../sync/lanes.ts';
import { changesBetween, closure } from '../../sync/rules/closure.ts';
import { flatSets, flattens, holderOf } from '../../sync/rules/flattened.ts';
import type { Rules } from '../../sync/rules/rules.ts';
import { goesByNesting, rulesOf } from '../../sync/rules/rules-of.ts';

type Needs = Pick<Services, 'nesting' | 'bus' | 'clock'>;

const GROUPS_A_MESSAGE = 1_000;

/**
 * Works out which groups the rules go by: the chosen ones and all nested in them; and, where nested
 * groups pass on their members, whose. Computed whole, in the one session that a connection has for it.
 * @param isTold whether the members of groups that came or went are judged anew; a run that judges
 *   everybody needs nobody told
 */
export async function computeSets(
  needs: Needs,
  connection: StoredConnection,
  isTold: boolean,
): Promise<void> {
  const rules = rulesOf(connection);
  const isNeeded = goesByNesting(rules);
  if (!isNeeded && isTold) return;
  const before = await needs.nesting.sets(connection.id);
  // Where nested groups pass on nothing any more, no run goes over what they have passed on.
  const over = flattens(rules) ? [] : [...flattenedIn(before.sets), ...before.untold];
  if (!isNeeded && over.length === 0) return;
  const sets = setsBy(rules, await needs.nesting.read(connection.id));
  const moved = movedBetween(before, sets);
  // One that is empty says that nobody is in it; where there is none, the rules' own groups count.
  const isKnown = Object.keys(sets).every((name) => before.sets[name] !== undefined);
  if (moved.size === 0 && isKnown && before.version !== null) return;
  const untold = isTold ? [...moved] : over;
  const saved = await needs.nesting.save(connection.id, sets, untold, before.version);
  if (untold.length === 0) return;
  const envelope = outsideRuns(connection, needs.clock.now());
  for (const [lane, groups] of byLane(untold, (group) => group)) {
    for (const some of chunks(groups, GROUPS_A_MESSAGE)) {
      const rescope = { ...envelope, lane, kind: 'rescope' as const, groups: some };
      await needs.bus.send('changes', [toLane(rescope)]);
    }
  }
  await needs.nesting.save(connection.id, sets, [], saved.version);
}

function setsBy(rules: Rules, noted: NotedNesting): GroupSets {
  const ofRoles = Object.entries(rules.roots).map(([role, roots]) => {
    return [role, [...closure(roots, noted.nested, noted.gone)].sort()] as const;
  });
  return { ...Object.fromEntries(ofRoles), ...(flattens(rules) && flatSets(noted)) };
}

/** Groups whose members are to be told: they decide since now or no more, or come of other groups. */
function movedBetween(before: StoredSets, sets: GroupSets): ReadonlySet<string> {
  const moved = new Set(before.untold);
  for (const name of new Set([...Object.keys(sets), ...Object.keys(before.sets)])) {
    const { entered, left } = changesBetween(
      new Set(before.sets[name] ?? []),
      new Set(sets[name] ?? []),
    );
    const holder = holderOf(name);
    for (const group of entered) moved.add(group);
    // Its own lane knows who was passed on to it.
    if (holder !== undefined && entered.length + left.length > 0) moved.add(holder);
    else for (const group of left) moved.add(group);
  }
  return moved;
}

/** The groups to which nested ones pass on members. */
function flattenedIn(sets: GroupSets): string[] {
  return Object.keys(sets).flatMap((name) => holderOf(name) ?? []);
}
