import type { LaneWrite, Services } from '../ports.ts';
import { laneSession } from '../sync/lanes.ts';
import type { Link } from '../sync/link.ts';
import type { LaneEnvelope } from '../sync/messages.ts';

/**
 * Has the lane look again when the first of its failed links is due: a message that waits on the
 * bus, so that an idle connection costs nothing.
 */
export async function remind(
  needs: Pick<Services, 'bus' | 'clock'>,
  message: LaneEnvelope,
  writes: readonly LaneWrite[],
): Promise<void> {
  const dues = writes.flatMap((write) => ('link' in write ? dueOf(write.link) : []));
  if (dues.length === 0) return;
  const { connectionId, lane, runId, epoch, settingsVersion } = message;
  const body = { v: 1, connectionId, lane, runId, epoch, settingsVersion, kind: 'retry' };
  const delaySeconds = Math.max(1, Math.ceil((Math.min(...dues) - needs.clock.now()) / 1_000));
  const session = laneSession(connectionId, lane);
  await needs.bus.send('changes', [{ session, body, delaySeconds }]);
}

/** A removal waits for a run, an incomplete item for the rest of it: neither for a time. */
function dueOf({ dirty }: Link): number[] {
  if (!dirty || dirty.reason === 'removal' || dirty.reason === 'incomplete') return [];
  return [dirty.due];
}
