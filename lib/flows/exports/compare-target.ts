import type { LaneWrite } from '../../ports/lanes.ts';
import { type Edge, edgeName } from '../../sync/edge.ts';
import { isOfTarget, isWish, refusedAgain, settled, withdrawal } from '../../sync/edge-export.ts';
import { turnsOf } from '../../sync/gathering.ts';
import { isFailure, type LinkTie } from '../../sync/link.ts';
import { rulesOf, targetGroupOf } from '../../sync/rules/rules-of.ts';
import { tellStanding } from '../edges/tell-standing.ts';
import { forgetDropped, writeReverse } from '../edges/write-reverse.ts';
import type { ApplyNeeds } from '../lanes/apply.ts';
import { confirmLane } from '../lanes/confirm-lane.ts';
import { edgeDrop, edgeMove, type LanePlace } from '../lanes/lane-work.ts';
import { remind } from '../lanes/remind.ts';
import { entraWritesOf } from '../sides.ts';
import { barredTarget } from './barred-target.ts';
import { type Refused, tryEntra } from './try-entra.ts';

/** A user, with what is known of its membership of the target group. */
interface Candidate {
  readonly tie: LinkTie;
  readonly from: Edge | undefined;
  /** As it is once the user is a member. */
  readonly joined: Edge;
}

/**
 * Makes users members of the target group who are exported; who is exported no more waits for a decision
 * to leave it. Other members of the group are left alone. Who would be written alone waits some seconds
 * for others. May be repeated.
 * @returns the edges of those who have become members, or were members already
 */
export async function compareTarget(
  needs: ApplyNeeds,
  place: LanePlace,
  users: readonly string[],
): Promise<readonly Edge[]> {
  const candidates = await candidatesOf(needs, place, users);
  if (candidates.length === 0) return [];
  const now = needs.clock.now();
  const staying = candidates.filter(({ tie }) => tie.state === 'linked');
  const leaving = candidates.filter(
    ({ tie }) => tie.state === 'unlinked' || tie.state === 'removed',
  );
  const barred = await barredTarget(needs, place);
  const joining = staying.filter(({ from }) => !from?.direct);
  const writes = [
    ...staying.flatMap(calledOff),
    ...leaving.flatMap(({ from }) => (from ? left(from, barred, now) : [])),
    ...(barred
      ? joining.flatMap((one) => refused(one, barred, now))
      : await join(needs, place, joining)),
  ];
  if (writes.length === 0) return [];
  await remind(needs, place.message, writes);
  const woken = await tellStanding(needs, place, writes);
  place.lane = await needs.lanes.commit(place.lane, writes, { wakes: place.lane.wakes | woken });
  await forgetDropped(needs, place.connection.id, writes);
  return writes.flatMap((write) => ('edge' in write && write.edge.wanted ? [write.edge] : []));
}

async function candidatesOf(
  needs: ApplyNeeds,
  { connection, lane, message }: LanePlace,
  users: readonly string[],
): Promise<readonly Candidate[]> {
  const holder = targetGroupOf(rulesOf(connection));
  if (holder === undefined || users.length === 0) return [];
  const unique = [...new Set(users)];
  const keys = unique.map((member) => ({ holder, member }));
  const ties = await needs.ties.read(connection.id, unique);
  const edges = await needs.lanes.edges(lane, keys);
  return keys.flatMap((key) => {
    const tie = ties.get(key.member);
    if (!tie) return [];
    const from = edges.get(edgeName(key));
    const known = { ...key, relation: 'member' as const, memberKind: 'user' as const };
    const fresh = { ...known, via: null, applied: false, sighted: message.runId, removal: null };
    const joined = { ...(from ? settled(from) : fresh), wanted: true, direct: true };
    return [{ tie, from, joined }];
  });
}

/** Whoever is exported again does not leave, whether that could be written or not. */
function calledOff({ from }: Candidate): LaneWrite[] {
  const isOpen = from && (isOfTarget(from) || (from.direct && from.refused));
  if (!isOpen) return [];
  const { refused: _, ...known } = from;
  return [edgeMove(from, { ...known, removal: null })];
}

function left(from: Edge, barred: Refused | undefined, now: number): LaneWrite[] {
  if (isWish(from)) return [edgeDrop(from)];
  if (!from.direct || from.removal) return [];
  if (barred) return stays(from, barred, now);
  return [edgeMove(from, { ...settled(from), removal: withdrawal(from, 'target', now) })];
}

/** What is known already is no news. */
function stays(from: Edge, barred: Refused, now: number): LaneWrite[] {
  if (from.refused?.reason === barred.reason) return [];
  return [edgeMove(from, { ...from, refused: refusedAgain(from, barred, now) })];
}

/** Where twenty can be written with one request, nobody is written alone. */
async function join(
  needs: ApplyNeeds,
  place: LanePlace,
  joining: readonly Candidate[],
): Promise<readonly LaneWrite[]> {
  if (joining.length === 0) return [];
  const now = needs.clock.now();
  const unknown = joining.filter(({ from }) => !from || !isWish(from));
  await writeReverse(
    needs,
    place.connection.id,
    unknown.map(({ joined }) => joined),
  );
  const { going, waiting } = turnsOf(joining, ({ from }) => waitsSince(from, now), now);
  const refusals = await addAll(needs, place, going);
  // Writing may have waited for the tenant's quota.
  const answeredAt = needs.clock.now();
  return [
    ...waiting.flatMap((one) => refused(one, GATHERING, now)),
    ...going.flatMap((one, at): LaneWrite[] => {
      const refusal = refusals[at];
      if (refusal) return refused(one, refusal, answeredAt);
      const next = { ...one.joined, sent: { there: true, at: answeredAt } };
      return [{ ...edgeMove(one.from, next), count: { 'memberships.exported': 1 } }];
    }),
  ];
}

const GATHERING: Refused = { reason: 'gathering', detail: 'it is written together with others' };

/** Who is a member by another group, or was refused for another reason, need not wait. */
function waitsSince(from: Edge | undefined, now: number): number {
  if (!from) return now;
  if (from.wanted) return 0;
  return from.refused?.since ?? now;
}

/** What is known already is no news. */
function refused({ from, joined }: Candidate, refusal: Refused, now: number): LaneWrite[] {
  const { reason } = refusal;
  const isInTime = reason === 'gathering' && (from?.refused?.due ?? 0) > now;
  const isNoNews = reason === 'entra-read-only' || isInTime;
  if (isNoNews && from?.refused?.reason === reason) return [];
  const none = { wanted: from?.wanted ?? false, direct: false };
  const next = { ...joined, ...none, refused: refusedAgain(from ?? {}, refusal, now) };
  const count = isFailure(refusal) ? { 'memberships.failed': 1 } : {};
  return [{ ...edgeMove(from, next), count }];
}

async function addAll(
  needs: ApplyNeeds,
  place: LanePlace,
  joining: readonly Candidate[],
): Promise<readonly (Refused | undefined)[]> {
  if (joining.length === 0) return [];
  await confirmLane(needs, place.lane);
  const pairs = joining.map(({ joined }) => ({ groupId: joined.holder, memberId: joined.member }));
  const entra = entraWritesOf(needs, place.connection);
  return tryEntra(pairs, () => entra.addMembers(pairs, 'low'));
}
