import type { Lane, LaneWrite } from '../ports.ts';
import { addCounters, addTotals } from '../sync/counters.ts';
import { type Edge, edgeLoss } from '../sync/edge.ts';
import type { Link } from '../sync/link.ts';
import { addLosses, type Losses, type LossKind } from '../sync/losses.ts';

/** A lane with what one of its writes changes in its counts. */
export function counted(lane: Lane, write: LaneWrite): Lane {
  const [before, after] = sidesOf(write);
  return {
    ...lane,
    counters: write.count ? addCounters(lane.counters, write.count) : lane.counters,
    totals: write.totals ? addTotals(lane.totals, write.totals) : lane.totals,
    removals: lane.removals + Number(isToBeDone(after)) - Number(isToBeDone(before)),
    waiting: moved(lane.waiting, lossIn(before, 'waiting'), lossIn(after, 'waiting')),
    held: moved(lane.held, lossIn(before, 'held'), lossIn(after, 'held')),
    failures: lane.failures + Number(isFailure(after)) - Number(isFailure(before)),
  };
}

type Thing = { readonly link: Link } | { readonly edge: Edge } | undefined;

function sidesOf(write: LaneWrite): [Thing, Thing] {
  if ('link' in write) return [write.from && { link: write.from }, { link: write.link }];
  if ('edge' in write) return [write.from && { edge: write.from }, { edge: write.edge }];
  if ('dropEdge' in write) return [{ edge: write.dropEdge }, undefined];
  return [undefined, undefined];
}

function isToBeDone(thing: Thing): boolean {
  if (!thing) return false;
  if ('link' in thing) return thing.link.dirty?.reason === 'removal';
  const state = thing.edge.removal?.state;
  return state === 'waiting' || state === 'approved';
}

/** An approved removal is no more for the guard to decide about. */
function lossIn(thing: Thing, where: 'waiting' | 'held'): LossKind | undefined {
  if (!thing) return undefined;
  if ('edge' in thing)
    return thing.edge.removal?.state === where ? edgeLoss(thing.edge) : undefined;
  const { dirty, approvedUntil } = thing.link;
  if (where === 'held') return dirty?.reason === 'held' ? dirty.loss : undefined;
  return dirty?.reason === 'removal' && approvedUntil === null ? dirty.loss : undefined;
}

function moved(losses: Losses, from: LossKind | undefined, to: LossKind | undefined): Losses {
  if (from === to) return losses;
  const less = from ? addLosses(losses, { [from]: -1 }) : losses;
  return to ? addLosses(less, { [to]: 1 }) : less;
}

function isFailure(thing: Thing): boolean {
  if (!thing || !('link' in thing) || !thing.link.dirty) return false;
  const { reason } = thing.link.dirty;
  return reason !== 'removal' && reason !== 'held';
}
