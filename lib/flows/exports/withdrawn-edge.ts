import type { LaneWrite } from '../../ports/lanes.ts';
import { type Edge, edgeLoss } from '../../sync/edge.ts';
import { refusedAgain, settled } from '../../sync/edge-export.ts';
import { isFailure } from '../../sync/link.ts';
import { edgeMove } from '../lanes/lane-work.ts';
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
