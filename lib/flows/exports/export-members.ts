import type { WritePriority } from '../../ports/entra-writes.ts';
import type { LaneWrite } from '../../ports/lanes.ts';
import type { Edge } from '../../sync/edge.ts';
import { refusedAgain, settled } from '../../sync/edge-export.ts';
import { isNatureKnown, whyGroupStays } from '../../sync/group-nature.ts';
import { isFailure, type Link } from '../../sync/link.ts';
import { goesByNesting, rulesOf } from '../../sync/rules/rules-of.ts';
import type { ApplyNeeds } from '../lanes/apply.ts';
import { confirmLane } from '../lanes/confirm-lane.ts';
import { edgeMove, type LanePlace } from '../lanes/lane-work.ts';
import { entraWritesOf } from '../sides.ts';
import type { MemberFacts } from './member-facts.ts';
import { type Refused, tryEntra } from './try-entra.ts';

/**
 * Makes members of groups in Entra, who are members in the application. What Entra does not take
 * stands on the edge, and stops no other.
 * @returns what is to be saved
 */
export async function exportMembers(
  needs: ApplyNeeds,
  place: LanePlace,
  added: readonly MemberFacts[],
  priority: WritePriority,
): Promise<readonly LaneWrite[]> {
  const now = needs.clock.now();
  const barred = added.flatMap((one) => {
    const refusal = barredBy(one.link);
    return refusal ? [{ one, refusal }] : [];
  });
  const closed = new Set(barred.map(({ one }) => one));
  const open = added.filter((one) => !closed.has(one));
  const writes = barred.flatMap(({ one, refusal }) => refused(place, one, refusal, now));
  if (open.length === 0) return writes;
  const edges = open.map((one) => joined(place, one, now));
  // First: a row of a membership that is over when this comes again would be left behind.
  await confirmLane(needs, place.lane);
  // Findable from their members before they are stored, like any edge. Where users are judged by their
  // groups the rows say that they are in them once that is so.
  const { id } = place.connection;
  const isJudgedBy = goesByNesting(rulesOf(place.connection));
  if (isJudgedBy) await needs.ties.unwant(id, edges);
  else await needs.ties.wait(id, edges);
  const pairs = edges.map(({ holder, member }) => ({ groupId: holder, memberId: member }));
  const entra = entraWritesOf(needs, place.connection);
  const refusals = await tryEntra(pairs, () => entra.addMembers(pairs, priority));
  if (!isJudgedBy)
    await needs.ties.unwant(
      id,
      edges.filter((_, index) => refusals[index]),
    );
  const sent = open.flatMap((one, index): LaneWrite[] => {
    const refusal = refusals[index];
    const edge = edges[index];
    if (refusal) return refused(place, one, refusal, now);
    return edge ? [exported(one.edge, edge)] : [];
  });
  return [...writes, ...sent];
}

/** Why the members of a group are not written, without asking Graph: undefined where they are. */
export function barredBy({ seen: { properties } }: Pick<Link, 'seen'>): Refused | undefined {
  const detail = whyGroupStays(properties);
  if (detail !== undefined) return { reason: 'entra-read-only', detail };
  if (isNatureKnown(properties)) return undefined;
  return { reason: 'entra-later', detail: 'a full run has yet to show what kind of group it is' };
}

function exported(from: Edge | undefined, edge: Edge): LaneWrite {
  const count = { 'memberships.exported': 1 };
  return { ...edgeMove(from, edge), count };
}

/** The edge as it is once both sides hold it. */
function joined({ message }: LanePlace, { question, edge }: MemberFacts, now: number): Edge {
  const { holder, member, memberKind } = question;
  const known = edge ?? {
    holder,
    member,
    memberKind,
    relation: 'member' as const,
    via: null,
    sighted: message.runId,
    removal: null,
    wanted: true,
    direct: true,
    applied: true,
  };
  const sent = { there: true, at: now };
  return { ...settled(known), wanted: true, direct: true, applied: true, sent };
}

/** The application wants it all the same; a refusal that is known and never tried again is no news. */
function refused(place: LanePlace, facts: MemberFacts, refusal: Refused, now: number): LaneWrite[] {
  const { edge } = facts;
  const { reason } = refusal;
  const isReadOnly = reason === 'entra-read-only';
  if (isReadOnly && edge?.refused?.reason === reason) return [];
  const none = { wanted: false, direct: false, applied: false };
  const wish = { ...joined(place, facts, now), ...none };
  const { sent: _, ...rest } = wish;
  const sent = edge?.sent;
  const next = { ...rest, ...(sent && { sent }), refused: refusedAgain(edge ?? {}, refusal, now) };
  const counted = isReadOnly ? 'memberships.skipped' : 'memberships.failed';
  const count = isReadOnly || isFailure(refusal) ? { [counted]: 1 } : {};
  return [{ ...edgeMove(edge, next), count }];
}
