import type { StoredConnection } from '../../ports/connections.ts';
import type { Lane, LaneWrite } from '../../ports/lanes.ts';
import type { Edge } from '../../sync/edge.ts';
import { isWithdrawal } from '../../sync/edge-export.ts';
import { NO_LOSSES } from '../../sync/losses.ts';
import type { LaneEnvelope } from '../../sync/messages.ts';
import type { Phase } from '../../sync/run.ts';

/** The lane in which a message is being handled. */
export interface LanePlace {
  readonly connection: StoredConnection;
  readonly message: LaneEnvelope;
  lane: Lane;
}

/** A lane as it stands in a phase of a run: numbers begin anew with each. */
export function enterPhase(lane: Lane, { runId, phase }: { runId: string; phase: Phase }): Lane {
  if (lane.runId !== runId) return { ...begun(lane, runId), phase };
  return lane.phase === phase ? lane : { ...lane, phase, n: 0, wakes: 0, cursor: null };
}

/**
 * A lane in a run that it may not have heard of yet: a wake can come before the lane's own items.
 * One of an earlier run, under a lower epoch, changes nothing.
 */
export function enterRun(lane: Lane, { runId, epoch }: { runId: string; epoch: number }): Lane {
  return lane.runId === runId || epoch < lane.epoch ? lane : begun(lane, runId);
}

function begun(lane: Lane, runId: string): Lane {
  const counts = { n: 0, gap: false, counters: {}, wakes: 0, done: NO_LOSSES };
  return { ...lane, ...counts, runId, phase: null, cursor: null };
}

/** The write that brings an edge from what is stored to what it should be. */
export function edgeWrite(from: Edge | undefined, edge: Edge): LaneWrite & { edge: Edge } {
  return { edge, from };
}

/** The same where the application may hold it more or less than before. */
export function edgeMove(from: Edge | undefined, edge: Edge): LaneWrite & { edge: Edge } {
  const by = Number(edge.applied) - Number(from?.applied ?? false);
  const counts = edge.relation === 'member' && by !== 0;
  return { ...edgeWrite(from, edge), ...(counts && { totals: { memberships: by } }) };
}

/** The write that drops an edge. */
export function edgeDrop(edge: Edge): LaneWrite & { dropEdge: Edge } {
  const wasApplied = edge.applied && edge.relation === 'member';
  return {
    dropEdge: edge,
    ...(wasApplied && { totals: { memberships: -1 } }),
  };
}

/** The write that notes that the application holds an edge no more, though it is wanted still. */
export function edgeRelease(edge: Edge): LaneWrite {
  if (!edge.wanted) return edgeDrop(edge);
  // Who has no entry any more has taken nothing away.
  const removal = isWithdrawal(edge) ? null : edge.removal;
  return edgeMove(edge, { ...edge, applied: false, removal });
}
