import type { Lane, LaneWrite } from '../ports/lanes.ts';
import { addCounters, addTotals } from '../sync/counters.ts';
import { type Edge, edgeLoss } from '../sync/edge.ts';
import { isFailure as isFailureOf, type Link } from '../sync/link.ts';
import { addLosses, type Losses, type LossKind } from '../sync/losses.ts';

/** A lane with what one of its writes changes in its counts. */
export function counted(lane: Lane, write: LaneWrite): Lane {
  const [before, after] = sidesOf(write);
  return {
    ...lane,
    counters: write.count ? addCounters(lane.counters, write.count) : lane.counters,
    totals: write.totals ? addTotals(lane.totals, write.totals) : lane.totals,
    removals: least0(lane.removals + Number(isToBeDone(after)) - Number(isToBeDone(before))),
    waiting: moved(lane.waiting, lossIn(before, 'waiting'), lossIn(after, 'waiting')),
    done: write.done ? addLosses(lane.done, { [write.done]: 1 }) : lane.done,
    held: moved(lane.held, lossIn(before, 'held'), lossIn(after, 'held')),
    failures: least0(lane.failures + Number(isFailure(after)) - Number(isFailure(before))),
  };
}

/** A count that has strayed must not make the lane's row unreadable. */
function least0(count: number): number {
  return Math.max(0, count);
}

type Thing = { readonly link: Link } | { readonly edge: Edge } | undefined;

function sidesOf(write: LaneWrite): [Thing, Thing] {
  if ('link' in write) return [write.from && { link: write.from }, { link: write.link }];
  if ('dropLink' in write) return [{ link: write.dropLink }, undefined];
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
  const { dirty } = thing.link;
  if (where === 'held') return dirty?.isHeld ? dirty.loss : undefined;
  const isUndecided = dirty?.reason === 'removal' && dirty.approvedUntil === undefined;
  return isUndecided ? dirty.loss : undefined;
}

function moved(losses: Losses, from: LossKind | undefined, to: LossKind | undefined): Losses {
  if (from === to) return losses;
  const less = from ? { ...losses, [from]: least0(losses[from] - 1) } : losses;
  return to ? addLosses(less, { [to]: 1 }) : less;
}

function isFailure(thing: Thing): boolean {
  if (!thing) return false;
  if ('link' in thing) return isFailureOf(thing.link.dirty);
  const { refused } = thing.edge;
  return refused !== undefined && isFailureOf(refused);
}
