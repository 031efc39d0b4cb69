import type { WritePriority } from '../../ports/entra-writes.ts';
import type { LaneWrite } from '../../ports/lanes.ts';
import { type Edge, edgeName } from '../../sync/edge.ts';
import {
  isRecent,
  isWithdrawal,
  refusedAgain,
  settled,
  withdrawal,
} from '../../sync/edge-export.ts';
import { whyGroupStays } from '../../sync/group-nature.ts';
import type { Link } from '../../sync/link.ts';
import { type EdgeVerdict, mergeEdge } from '../../sync/merge-edge.ts';
import { applyEdges } from '../edges/apply-edges.ts';
import { tellStanding } from '../edges/tell-standing.ts';
import { findable, forgetDropped } from '../edges/write-reverse.ts';
import type { ApplyNeeds } from '../lanes/apply.ts';
import { edgeDrop, edgeMove, edgeRelease, type LanePlace } from '../lanes/lane-work.ts';
import { remind } from '../lanes/remind.ts';
import { exportMembers } from './export-members.ts';
import { type MemberFacts, memberFacts, type Question, withEntries } from './member-facts.ts';

/**
 * Merges memberships of groups of this lane: what the application added is written to Entra, what it
 * took away waits for a decision. May be repeated.
 * @returns the links of the groups, as they were read
 */
export async function compareMembers(
  needs: ApplyNeeds,
  place: LanePlace,
  questions: readonly Question[],
  priority: WritePriority,
): Promise<readonly Link[]> {
  const facts = await memberFacts(needs, place, onceEach(questions));
  const groups = [...new Set(facts.map(({ link }) => link))];
  const inStep = facts.filter(({ isInStep }) => isInStep);
  const judged = Map.groupBy(inStep, verdictOn);
  const of = (verdict: EdgeVerdict) => judged.get(verdict) ?? [];
  const resting = facts.filter((one) => !one.isInStep && verdictOn(one) === 'withdraw');
  const wished = await withEntries(needs, place.connection, [...of('withdraw'), ...resting]);
  const now = needs.clock.now();
  const noted = [
    ...wished.flatMap((one) => withdrawn(one, now)),
    ...of('both').flatMap(({ edge }) => (edge ? [edgeMove(edge, met(edge))] : [])),
    ...of('neither').flatMap(({ edge }) => (edge ? leftOver(edge, now) : [])),
    ...of('give').flatMap(({ edge }) => (edge ? [edgeRelease(edge)] : [])),
  ];
  const added = await exportMembers(needs, place, of('add'), priority);
  const writes = [...noted, ...added];
  if (writes.length === 0) return groups;
  await findable(needs, place.connection, writes);
  await remind(needs, place.message, writes);
  const woken = await tellStanding(needs, place, writes);
  const wakes = place.lane.wakes | woken;
  place.lane = await needs.lanes.commit(place.lane, writes, { wakes });
  await forgetDropped(needs, place.connection.id, writes);
  const given = of('give').flatMap(({ edge }) => (edge ? [{ ...edge, applied: false }] : []));
  place.lane = await applyEdges(needs, place, given);
  return groups;
}

/** Whoever said that it was taken away is believed, if it is not there now. */
function onceEach(questions: readonly Question[]): Question[] {
  const each = new Map<string, Question>();
  for (const question of questions) {
    const name = edgeName(question);
    const removed = question.removed || each.get(name)?.removed === true;
    each.set(name, { ...question, removed });
  }
  return [...each.values()];
}

function verdictOn({ edge, holds, question }: MemberFacts): EdgeVerdict {
  return mergeEdge(edge, { holds, hasTakenAway: question.removed });
}

/** Both sides hold it, whatever was to become of it. */
function met(edge: Edge): Edge {
  const { sent } = edge;
  return { ...settled(edge), applied: true, ...(sent && { sent }) };
}

/** Neither side holds it any more; for some minutes Entra may show it once more. */
function leftOver(edge: Edge, now: number): LaneWrite[] {
  if (!edge.sent || !isRecent(edge.sent, now)) return [edgeDrop(edge)];
  if (!edge.applied && !edge.refused) return [];
  const { sent } = edge;
  return [edgeMove(edge, { ...settled(edge), applied: false, sent })];
}

function withdrawn({ edge, link, isInStep }: MemberFacts, now: number): LaneWrite[] {
  if (!edge) return [];
  const why = whyGroupStays(link.seen.properties);
  if (isInStep && why !== undefined) return stays(edge, why, now);
  const state = isInStep ? ('waiting' as const) : ('resting' as const);
  if (isWithdrawal(edge) && edge.removal?.state === state) return [];
  const anew = withdrawal(edge, 'application', now);
  const removal = isInStep ? anew : { ...anew, state, at: now };
  const { refused: _, ...known } = edge;
  // A removal that Entra contradicts is none: it has the member.
  const there = edge.wanted ? {} : { wanted: true, direct: true };
  return [edgeMove(edge, { ...known, ...there, removal })];
}

/** The group is not to be written: that stands there, and is no news the next time. */
function stays(edge: Edge, detail: string, now: number): LaneWrite[] {
  const reason = 'entra-read-only' as const;
  if (edge.refused?.reason === reason && edge.refused.detail === detail) return [];
  const refused = refusedAgain(edge, { reason, detail }, now);
  return [edgeMove(edge, { ...edge, removal: null, refused })];
}
