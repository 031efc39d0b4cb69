import { hasCode } from '../errors.ts';
import type { LaneWrite } from '../ports/lanes.ts';
import { type Edge, edgeName } from '../sync/edge.ts';
import { stillDirty } from '../sync/link.ts';
import type { ApplyNeeds } from './apply.ts';
import { dropEdges } from './drop-edges.ts';
import { edgeWrite, type LanePlace } from './lane-work.ts';
import { remind } from './remind.ts';
import { entraOf, isOfSide } from './sides.ts';
import { tellStanding } from './tell-standing.ts';

/** After so many looks that still found the member, the removal is taken for a replay. */
const DOUBTS = 3;
/** A group of which Entra tells nothing is asked for again after so long. */
const PUT_OFF_MILLISECONDS = 6 * 60 * 60_000;
/** Groups that are asked at the same time. */
const GROUPS_AT_ONCE = 4;

/**
 * Takes memberships and managers away, each confirmed by what Entra shows of the group, or of the
 * user, now. What it still shows stays, and is looked at again: a contradiction is no decision.
 */
export async function removeEdges(
  needs: ApplyNeeds,
  place: LanePlace,
  edges: readonly Edge[],
): Promise<void> {
  if (edges.length === 0) return;
  const { found, unknown } = await stillThere(needs, place, edges);
  const now = needs.clock.now();
  const unasked = edges.filter((edge) => unknown.has(edge.holder));
  const doubtful = edges.filter((edge) => found.has(edgeName(edge)));
  const writes = [...doubtful.map((edge) => doubted(edge, now)), ...putOff(unasked, now)];
  if (writes.length > 0) {
    await remind(needs, place.message, writes);
    await tellStanding(needs, place, writes);
    place.lane = await needs.lanes.commit(place.lane, writes);
  }
  const proven = edges.filter((edge) => !found.has(edgeName(edge)) && !unknown.has(edge.holder));
  place.lane = await dropEdges(needs, place, proven, true);
}

/** A group of which Entra tells nothing is asked for again; that counts as no look. */
function putOff(edges: readonly Edge[], now: number): LaneWrite[] {
  return edges.flatMap((edge) => {
    if (!edge.removal) return [];
    const removal = { ...edge.removal, state: 'doubted' as const, at: now + PUT_OFF_MILLISECONDS };
    return [edgeWrite(edge, { ...edge, removal })];
  });
}

/** What Entra shows of some edges. */
interface Shown {
  /** Those that are there, by their names. */
  readonly found: ReadonlySet<string>;
  /** Holders of which it would not tell: hidden memberships for instance. */
  readonly unknown: ReadonlySet<string>;
}

/**
 * Which of these edges Entra still shows. One group that cannot be read is no obstacle for others.
 * @throws AppError of the side `entra` where it is out of reach as a whole
 */
export async function stillThere(
  needs: Pick<ApplyNeeds, 'directories'>,
  { connection }: Pick<LanePlace, 'connection'>,
  edges: readonly Edge[],
): Promise<Shown> {
  const entra = entraOf(needs, connection);
  const found = new Set<string>();
  const unknown = new Set<string>();
  const members = edges.filter((edge) => edge.relation === 'member');
  const groups = [...Map.groupBy(members, (edge) => edge.holder)];
  const askOne = async ([holder, some]: [string, Edge[]]) => {
    const ids = some.map((edge) => edge.member);
    try {
      for (const member of await entra.members(holder, ids))
        found.add(edgeName({ holder, member }));
    } catch (error) {
      if (!isOfSide(error, 'entra') || !isOfOneGroup(error)) throw error;
      unknown.add(holder);
    }
  };
  for (let at = 0; at < groups.length; at += GROUPS_AT_ONCE)
    await Promise.all(groups.slice(at, at + GROUPS_AT_ONCE).map(askOne));
  const managed = edges.filter((edge) => edge.relation === 'manager');
  if (managed.length > 0) {
    const managers = await entra.managers([...new Set(managed.map((edge) => edge.holder))]);
    for (const [holder, member] of managers) found.add(edgeName({ holder, member }));
  }
  return { found, unknown };
}

/** A group may be hidden, or its answer broken; the rest concerns Entra as a whole. */
function isOfOneGroup(error: unknown): boolean {
  return hasCode(error, 'access-denied', 'bad-answer');
}

/** Looked at again after 1, 5 and 30 minutes; then Entra's word of now counts. */
function doubted(edge: Edge, now: number): LaneWrite {
  const doubts = (edge.removal?.doubts ?? 0) + 1;
  if (doubts > DOUBTS) return edgeWrite(edge, { ...edge, wanted: true, removal: null });
  const before = { reason: 'contradicted' as const, attempts: doubts - 1, due: now, since: now };
  const { due } = stillDirty(doubts > 1 ? before : null, 'contradicted', { now });
  const { evidence = 'removed' as const, isFree = false } = edge.removal ?? {};
  const removal = { state: 'doubted' as const, at: due, doubts, evidence, isFree };
  return edgeWrite(edge, { ...edge, removal });
}
