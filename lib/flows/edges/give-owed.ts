import type { ApplyNeeds } from '../lanes/apply.ts';
import type { LanePlace } from '../lanes/lane-work.ts';
import { WORK_MILLISECONDS } from '../work-time.ts';
import { applyEdges } from './apply-edges.ts';

/** Gives the application the edges that an outage kept from it. @returns whether none is left */
export async function giveOwed(needs: ApplyNeeds, place: LanePlace): Promise<boolean> {
  if (!place.lane.owed) return true;
  const deadline = needs.clock.now() + WORK_MILLISECONDS;
  for await (const { edges } of needs.lanes.pendingEdges(place.lane)) {
    place.lane = await applyEdges(needs, place, edges);
    if (needs.clock.now() > deadline) return false;
  }
  place.lane = await needs.lanes.commit(place.lane, [], { owed: false });
  return true;
}
