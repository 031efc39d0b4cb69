import type { LaneWrite } from '../ports.ts';
import { type Edge, edgeName } from '../sync/edge.ts';
import { stillDirty } from '../sync/link.ts';
import type { ApplyNeeds } from './apply.ts';
import { dropEdges } from './drop-edges.ts';
import { edgeWrite } from './lane-work.ts';
import { remind } from './remind.ts';
import type { RemovalPlace } from './remove-entries.ts';
import { entraOf } from './sides.ts';

/** After so many looks that still found the member, the removal is taken for a replay. */
const DOUBTS = 3;
/** Groups that are asked at the same time. */
const GROUPS_AT_ONCE = 4;

/**
 * Takes memberships and managers away, each confirmed by what Entra shows of the group, or of the
 * user, now. What it still shows stays, and is looked at again: a contradiction is no decision.
 */
export async function removeEdges(
  needs: ApplyNeeds,
  place: RemovalPlace,
  edges: readonly Edge[],
): Promise<void> {
  if (edges.length === 0) return;
  const there = await stillThere(needs, place, edges);
  const doubtful = edges.filter((edge) => there.has(edgeName(edge)));
  const writes = doubtful.map((edge) => doubted(edge, needs.clock.now()));
  if (writes.length > 0) {
    await remind(needs, place.message, writes);
    place.lane = await needs.lanes.commit(place.lane, writes);
  }
  const proven = edges.filter((edge) => !there.has(edgeName(edge)));
  place.lane = await dropEdges(needs, place, proven, true);
}

/** Which of these edges Entra still shows, by their names. */
export async function stillThere(
  needs: Pick<ApplyNeeds, 'directories'>,
  { connection }: Pick<RemovalPlace, 'connection'>,
  edges: readonly Edge[],
): Promise<ReadonlySet<string>> {
  const entra = entraOf(needs, connection);
  const found = new Set<string>();
  const members = edges.filter((edge) => edge.relation === 'member');
  const groups = [...Map.groupBy(members, (edge) => edge.holder)];
  for (let at = 0; at < groups.length; at += GROUPS_AT_ONCE) {
    await Promise.all(
      groups.slice(at, at + GROUPS_AT_ONCE).map(async ([holder, some]) => {
        const ids = some.map((edge) => edge.member);
        for (const member of await entra.members(holder, ids))
          found.add(edgeName({ holder, member }));
      }),
    );
  }
  const managed = edges.filter((edge) => edge.relation === 'manager');
  if (managed.length === 0) return found;
  const managers = await entra.managers([...new Set(managed.map((edge) => edge.holder))]);
  for (const [holder, member] of managers) found.add(edgeName({ holder, member }));
  return found;
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
