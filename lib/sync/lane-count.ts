import { z } from 'zod';
import { addTotals, NO_TOTALS, type Totals } from './counters.ts';
import { LOSS_KINDS, type Losses } from './losses.ts';

const count = z.number().int().nonnegative();

/** How much of a lane is in step, and how much is not, as it was at some time. */
export const laneCountSchema = z.object({
  users: count,
  groups: count,
  memberships: count,
  entitlements: count,
  /** What failed, waits or is held. */
  pending: count,
  /** Milliseconds since 1970. */
  at: count,
});
export type LaneCount = z.infer<typeof laneCountSchema>;

/** What of a lane is not as it should be yet. */
interface Counted {
  readonly totals: Totals;
  readonly failures: number;
  readonly removals: number;
  readonly held: Losses;
}

/** Objects and memberships of a lane that failed, whose removal waits, or that are held. */
export function pendingIn({ failures, removals, held }: Omit<Counted, 'totals'>): number {
  return LOSS_KINDS.reduce((sum, kind) => sum + held[kind], failures + removals);
}

/** A lane's count, as it is now. */
export function laneCount(lane: Counted, now: number): LaneCount {
  const { users, groups, memberships, entitlements } = lane.totals;
  const least0 = (total: number) => Math.max(0, total);
  return {
    users: least0(users),
    groups: least0(groups),
    memberships: least0(memberships),
    entitlements: least0(entitlements),
    pending: pendingIn(lane),
    at: now,
  };
}

/** The lanes of a connection together. */
export interface Count {
  readonly inStep: Totals;
  readonly pending: number;
  /** When the last of them was counted; milliseconds. */
  readonly at: number;
}

/** Undefined where none was counted. */
export function countOf(lanes: readonly LaneCount[]): Count | undefined {
  if (lanes.length === 0) return undefined;
  return {
    inStep: lanes.reduce<Totals>(addTotals, NO_TOTALS),
    pending: lanes.reduce((sum, { pending }) => sum + pending, 0),
    at: Math.max(...lanes.map(({ at }) => at)),
  };
}
