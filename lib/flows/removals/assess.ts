import type { StoredConnection } from '../../ports/connections.ts';
import type { Named } from '../../ports/entra.ts';
import type { Services } from '../../ports.ts';
import type { Item } from '../../sync/entry.ts';
import { assemble, type Decided, halfOfDecided } from '../../sync/explain/assemble.ts';
import { listenTo } from '../../sync/explain/mapping-step.ts';
import type { Step } from '../../sync/explain/steps.ts';
import { fold } from '../../sync/fold.ts';
import { wantedAgain } from '../../sync/given-up.ts';
import { laneOf } from '../../sync/lanes.ts';
import type { Link } from '../../sync/link.ts';
import { type Decision, metBefore, reconcile } from '../../sync/reconcile.ts';
import { map } from '../../sync/rules/map.ts';
import { countMembers } from '../edges/count-members.ts';
import { groupFacts } from '../edges/group-facts.ts';
import { chooseUnique } from '../entries/choose-unique.ts';
import { agreedOf } from '../entries/compare-entries.ts';
import { findMatch } from '../entries/find-match.ts';
import { type Judge, type JudgeNeeds, judgeOf } from '../entries/judge.ts';
import { foreseeSeats } from '../entries/seat-users.ts';

export type AssessNeeds = Pick<Services, 'lanes' | 'directories' | 'checkpoints' | 'seats'> &
  JudgeNeeds;

/** What bringing one object in step comes to now. */
export interface Assessment {
  readonly steps: readonly Step[];
  /** The link as stored; undefined where there is none yet. */
  readonly stored: Link | undefined;
  /** What was read of the object is in the link already. */
  readonly isFolded: boolean;
  /** Nothing is left to be done. */
  readonly isAtRest: boolean;
  readonly decision: Decision;
}

/** An object of the tenant as it was just read. */
export interface ReadObject {
  readonly named: Named;
  readonly item: Item;
}

/** A link as it would be with what was just read, and as it is stored. */
interface Folded {
  readonly link: Link;
  /** Undefined where there is none yet. */
  readonly stored: Link | undefined;
}

/**
 * Assesses what bringing an object in step would do: every step on the way, from what was just read
 * of it and what the sync knows. Nothing is written.
 */
export async function assess(
  needs: AssessNeeds,
  connection: StoredConnection,
  { named, item }: ReadObject,
): Promise<Assessment> {
  const { kind, id } = item;
  const folded = await foldedLink(needs, connection, item);
  const { link, stored } = folded;
  const judge = await judgeOf(needs, connection, [link]);
  const { rules } = judge;
  const decided = await decide(needs, connection, judge, folded);
  const steps = assemble({
    object: { kind, id, name: named.userPrincipalName ?? named.displayName },
    rules,
    link,
    standing: judge.standing(link),
    groups: await groupFacts(needs, connection, judge, folded),
    decided,
    match: await findMatch(needs, connection, rules, { link, entra: halfOfDecided(decided) }),
    agreed: agreedOf(link),
    manager: rules.selection.relationships.user ? (item.manager ?? null) : null,
    members: kind === 'group' ? await countMembers(needs, connection, id) : null,
  });
  const isFolded = link === stored;
  const isAtRest = isFolded && isInStep(judge, link, steps);
  return { steps, stored, isFolded, isAtRest, decision: decided.decision };
}

/** The link with what was read folded into it; the very same one where nothing of it is news. */
async function foldedLink(
  { lanes, clock }: AssessNeeds,
  connection: StoredConnection,
  item: Item,
): Promise<Folded> {
  const lane = await lanes.open(connection.id, laneOf(item.id));
  const stored = (await lanes.links(lane, [item.id])).get(item.id);
  // Asking for the object means that it is wanted.
  const link = fold(stored && wantedAgain(stored), item, {
    runId: stored?.sighted ?? '',
    alive: true,
    now: clock.now(),
  });
  if (!link) throw new Error('an object that was read is not removed');
  return { link, stored };
}

/** As in its lane: names that must be free are chosen, entitlements need a seat. */
async function decide(
  needs: AssessNeeds,
  connection: StoredConnection,
  judge: Judge,
  { link, stored }: Folded,
): Promise<Decided> {
  const { rules, context } = judge;
  const { trace, targets } = listenTo(link.kind, rules);
  const standing = judge.standing(link);
  const decision = reconcile(link, rules, standing, { reassert: true, context, trace });
  if (standing.is === 'out') {
    // Nothing is written of it; what would be may still be asked.
    const place = { before: metBefore(link), context, trace };
    const { fault } = map(link.kind, link.seen.properties, rules, place);
    return { decision, targets: targets(), fault, unseated: [] };
  }
  const work = { link, from: stored, decision };
  const [chosen = work] = await chooseUnique(needs, connection, judge, [work]);
  const { work: seated, unseated } = await foreseeSeats(needs, connection.id, rules, chosen);
  const fault = decision.do === 'wait' ? decision.detail : null;
  return { decision: seated.decision, targets: targets(), fault, unseated };
}

/** Whether neither the application nor the link itself lacks anything. */
function isInStep(judge: Judge, link: Link, steps: readonly Step[]): boolean {
  const isWell = link.dirty === null || link.dirty.reason === 'grace';
  const isIdle = steps.some((one) => one.step === 'action' && one.action === 'none');
  return isWell && isIdle && judge.decide(link).do === 'nothing';
}
