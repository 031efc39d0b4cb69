import type { Edge } from '../../sync/edge.ts';
import type { ApplyNeeds } from '../lanes/apply.ts';
import { edgeRelease, type LanePlace } from '../lanes/lane-work.ts';
import { forgetDropped } from './write-reverse.ts';

/** Notes that an entry took its memberships along, or its members. */
export async function releaseEdges(
  needs: Pick<ApplyNeeds, 'lanes' | 'ties'>,
  place: LanePlace,
  edges: readonly Edge[],
): Promise<void> {
  const writes = edges.map(edgeRelease);
  place.lane = await needs.lanes.commit(place.lane, writes);
  await forgetDropped(needs, place.connection.id, writes);
}
