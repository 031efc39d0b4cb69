import { AppError } from '../errors.ts';
import type { Lane, Services } from '../ports.ts';
import type { LaneMessage } from '../sync/messages.ts';
import { applyItems } from './apply-items.ts';
import { applyPendingEdges } from './apply-memberships.ts';
import { applyRemovals } from './apply-removals.ts';
import { applyRetry } from './apply-retry.ts';
import { applyWake } from './apply-wake.ts';
import { closePhase } from './close-phase.ts';
import { enterPhase } from './lane-work.ts';

export type ApplyNeeds = Pick<
  Services,
  | 'connections'
  | 'checkpoints'
  | 'runs'
  | 'directories'
  | 'lanes'
  | 'ties'
  | 'rejected'
  | 'bus'
  | 'clock'
  | 'sleep'
  | 'log'
>;

/** Before a message goes back to the bus, which redelivers at once and without pause. */
const LONGEST_PAUSE_SECONDS = 20;

/**
 * Applies one message of a lane. Whatever concerns a single object is recorded on its link; what is
 * thrown from here says that state or a whole side cannot be reached, and the bus delivers again.
 */
export async function apply(needs: ApplyNeeds, message: LaneMessage): Promise<void> {
  try {
    await handle(needs, message);
  } catch (error) {
    const { connectionId, lane, kind } = message;
    const code = error instanceof AppError ? error.code : 'unknown';
    needs.log.warn('lane message goes back to the bus', { connectionId, lane, kind, code });
    needs.connections.forget(connectionId);
    if (code !== 'state-changed' && code !== 'state-exists')
      await needs.sleep(1_000 * pauseSeconds(error));
    throw error;
  }
}

function pauseSeconds(error: unknown): number {
  const asked = error instanceof AppError ? error.retryAfterSeconds : undefined;
  return Math.min(asked ?? 1, LONGEST_PAUSE_SECONDS);
}

async function handle(needs: ApplyNeeds, message: LaneMessage): Promise<void> {
  const { connectionId, settingsVersion } = message;
  const connection = await needs.connections.at(connectionId, settingsVersion);
  if (!connection) {
    // Of a connection that was deleted nothing is kept, a message least of all.
    const reason = 'the connection does not exist';
    await needs.rejected.store('unknown', { queue: 'changes', reason, body: '' });
    return;
  }
  switch (message.kind) {
    case 'items':
      return applyItems(needs, connection, message);
    case 'end': {
      const lane = enterPhase(await lastState(needs, message), message);
      const gap = lane.gap || lane.n < message.sent;
      return closePhase(needs, message, { ...lane, phase: message.phase, gap });
    }
    case 'memberships':
      return applyPendingEdges(needs, connection, message);
    case 'removals':
      return applyRemovals(needs, connection, message);
    case 'wake':
      return applyWake(needs, connection, message);
    case 'retry':
      return applyRetry(needs, connection, message);
  }
}

/** This worker may remember the lane from before another one served it: then it is read. */
async function lastState(
  needs: ApplyNeeds,
  message: Extract<LaneMessage, { kind: 'end' }>,
): Promise<Lane> {
  const { connectionId, lane, runId, phase, sent, epoch } = message;
  const known = await needs.lanes.open(connectionId, lane);
  const isOfPhase = known.runId === runId && known.phase === phase && known.epoch === epoch;
  return isOfPhase && sent > 0 && known.n >= sent ? known : needs.lanes.reopen(connectionId, lane);
}
