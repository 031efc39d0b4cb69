import type { LaneWrite } from '../../ports/lanes.ts';
import { type Edge, edgeLoss } from '../../sync/edge.ts';
import { refusedAgain, settled } from '../../sync/edge-export.ts';
import { isFailure } from '../../sync/link.ts';
import { tellStanding } from '../edges/tell-standing.ts';
import type { ApplyNeeds } from '../lanes/apply.ts';
import { edgeMove, type LanePlace } from '../lanes/lane-work.ts';
import { remind } from '../lanes/remind.ts';
import { recheckLater } from './recheck-later.ts';
import type { Refused } from './try-entra.ts';

export type EdgeWrite = LaneWrite & { readonly edge: Edge };

/** A membership that Entra did not let go. */
export function refusedBy(edge: Edge, refused: Refused, now: number): EdgeWrite {
  const next = { ...edge, removal: null, refused: refusedAgain(edge, refused, now) };
  return { ...edgeMove(edge, next), count: isFailure(refused) ? { 'memberships.failed': 1 } : {} };
}

/**
 * A membership that is gone from Entra. Where a nested group has the member as well, the application is given it again.
 */
export function goneFrom(edge: Edge, now: number): EdgeWrite {
  const isApproved = edge.removal?.state === 'approved';
  const sent = { there: false, at: now };
  const wanted = edge.via !== null;
  const next = { ...settled(edge), wanted, direct: false, applied: false, sent };
  const done = isApproved ? undefined : edgeLoss(edge);
  return { ...edgeMove(edge, next), done, count: { 'memberships.deleted': 1 } };
}

/** Saves what has become of withdrawals, and has those looked at again that were carried out `now`. */
export async function saveWithdrawn(
  needs: ApplyNeeds,
  place: LanePlace,
  writes: readonly EdgeWrite[],
  now: number,
): Promise<void> {
  await remind(needs, place.message, writes);
  const gone = writes.flatMap(({ edge }) => (edge.sent?.at === now ? [edge] : []));
  await recheckLater(needs, place, gone);
  const wakes = place.lane.wakes | (await tellStanding(needs, place, writes));
  place.lane = await needs.lanes.commit(place.lane, writes, { wakes });
}
