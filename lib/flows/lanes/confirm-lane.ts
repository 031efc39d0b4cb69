import { AppError } from '../../errors.ts';
import type { Lane } from '../../ports/lanes.ts';
import type { Services } from '../../ports.ts';

/**
 * A worker that lost its session holds old values, and a fresh version of the entry would let it
 * write them.
 * @throws AppError `state-changed` when somebody else has written the lane
 */
export async function confirmLane(needs: Pick<Services, 'lanes'>, lane: Lane): Promise<void> {
  const { version } = await needs.lanes.reopen(lane.connectionId, lane.lane);
  if (version !== lane.version) throw new AppError('state-changed', 'the lane was taken over');
}
