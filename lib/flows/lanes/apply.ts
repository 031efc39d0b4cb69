import { AppError } from '../../errors.ts';
import type { StoredConnection } from '../../ports/connections.ts';
import type { Lane } from '../../ports/lanes.ts';
import type { Services } from '../../ports.ts';
import { toPoll } from '../../sync/addressed.ts';
import { alertOfConflicts } from '../../sync/alerts/alerts-of-run.ts';
import type { LaneMessage } from '../../sync/messages.ts';
import { applyPendingEdges } from '../edges/apply-memberships.ts';
import { applyMembers } from '../exports/apply-members.ts';
import { applyRecheck } from '../exports/apply-recheck.ts';
import { applyTarget } from '../exports/apply-target.ts';
import { applyFlatten } from '../nesting/apply-flatten.ts';
import { applyNesting } from '../nesting/apply-nesting.ts';
import { applyRescope } from '../nesting/apply-rescope.ts';
import { applyScope } from '../nesting/apply-scope.ts';
import { applyBorn } from '../newcomers/apply-born.ts';
import { applyNewcomers } from '../newcomers/apply-newcomers.ts';
import { applyRecognised } from '../newcomers/apply-recognised.ts';
import { beginOutage } from '../outage.ts';
import { pauseBefore } from '../pause.ts';
import { closePhase } from '../poll/close-phase.ts';
import { applyRemovals } from '../removals/apply-removals.ts';
import { applyVerdict } from '../removals/apply-verdict.ts';
import { askForDecision } from '../removals/ask-for-decision.ts';
import { isOfSide } from '../sides.ts';
import { raise } from '../upkeep/raise.ts';
import { applyDismissal } from './apply-dismissal.ts';
import { applyDrain } from './apply-drain.ts';
import { applyItems, type Trial } from './apply-items.ts';
import { applyLook } from './apply-look.ts';
import { applyMissing } from './apply-missing.ts';
import { applyPushed } from './apply-pushed.ts';
import { applyRetry } from './apply-retry.ts';
import { applyVerify } from './apply-verify.ts';
import { applyWake } from './apply-wake.ts';
import { applyWritten } from './apply-written.ts';
import { auditedLanes } from './audited-lanes.ts';
import { enterPhase } from './lane-work.ts';

export type ApplyNeeds = Pick<
  Services,
  | 'connections'
  | 'checkpoints'
  | 'runs'
  | 'outages'
  | 'directories'
  | 'alerts'
  | 'lanes'
  | 'ties'
  | 'nesting'
  | 'seats'
  | 'rejected'
  | 'firstPasswords'
  | 'bus'
  | 'clock'
  | 'sleep'
  | 'log'
>;

/** An application that gives no answer is tried again so often before it counts as down. */
const TRIES_BEFORE_OUTAGE = 3;
/** A side that asks for a longer pause than this counts as down. */
const LONGEST_THROTTLING_SECONDS = 60;

/**
 * Applies one message of a lane. Whatever concerns a single object is recorded on its link; what is
 * thrown from here says that state cannot be reached, and the bus delivers again.
 * @param deliveryCount 1 at the first delivery
 */
export async function apply(
  needs: ApplyNeeds,
  message: LaneMessage,
  deliveryCount: number,
): Promise<void> {
  try {
    await handle(needs, message, deliveryCount);
  } catch (error) {
    const { connectionId, lane, kind } = message;
    const code = error instanceof AppError ? error.code : 'unknown';
    needs.log.warn('lane message goes back to the bus', { connectionId, lane, kind, code });
    needs.connections.forget(connectionId);
    await pauseBefore(needs, error, deliveryCount);
    throw error;
  }
}

async function handle(
  needs: ApplyNeeds,
  message: LaneMessage,
  deliveryCount: number,
): Promise<void> {
  const { connectionId, settingsVersion } = message;
  const connection = await needs.connections.at(connectionId, settingsVersion);
  if (!connection) {
    // Of a connection that was deleted nothing is kept, a message least of all.
    const reason = 'the connection does not exist';
    await needs.rejected.store('unknown', { queue: 'changes', reason, body: '' });
    return;
  }
  // Of one that is being deleted nothing is to be done any more.
  if (connection.leaving) return;
  const welcomes = connection.welcome !== undefined;
  const audited = auditedLanes(needs.lanes, { clock: needs.clock, welcomes }, message);
  await attempt({ ...needs, lanes: audited.lanes }, connection, message, deliveryCount);
  // Those of runs are told with the run.
  const conflicts = message.epoch === 0 ? audited.conflicts() : 0;
  const alert = alertOfConflicts(message.runId, conflicts);
  if (alert) await raise(needs, connectionId, alert);
  if (audited.welcomed() > 0)
    await needs.bus.send('polls', [toPoll({ connectionId, reason: 'welcome' })]);
}

/** Does it; where the application gives no answer, what can be done without. */
async function attempt(
  needs: ApplyNeeds,
  connection: StoredConnection,
  message: LaneMessage,
  deliveryCount: number,
): Promise<void> {
  const { connectionId } = message;
  const isRedelivered = deliveryCount > 1;
  const isOffline = await needs.outages.isDown(connectionId);
  // What this worker remembers of the lane may be older than what another has saved over the message.
  if (isRedelivered) await needs.lanes.reopen(connectionId, message.lane);
  try {
    await dispatch(needs, connection, message, { isOffline, isRedelivered });
  } catch (error) {
    if (isOffline || !isOfSide(error, 'app') || isPassing(error, deliveryCount)) throw error;
    await beginOutage(needs, connectionId, error);
    await dispatch(needs, connection, message, { isOffline: true, isRedelivered: true });
  }
  if (isRedelivered) await askAgain(needs, message);
}

/** Whoever died over the message may have saved a removal, and asked nobody to decide. */
async function askAgain(needs: ApplyNeeds, { connectionId, lane }: LaneMessage): Promise<void> {
  const { removals } = await needs.lanes.open(connectionId, lane);
  if (removals > 0) await askForDecision(needs, connectionId, 1 << lane);
}

/** A short throttling, or one answer that failed to come, only slows the lane. */
function isPassing(error: AppError, deliveryCount: number): boolean {
  if ((error.retryAfterSeconds ?? 0) > LONGEST_THROTTLING_SECONDS) return false;
  return error.retryable && deliveryCount < TRIES_BEFORE_OUTAGE;
}

async function dispatch(
  needs: ApplyNeeds,
  connection: StoredConnection,
  message: LaneMessage,
  trial: Trial,
): Promise<void> {
  switch (message.kind) {
    case 'items':
      return applyItems(needs, connection, message, trial);
    case 'end': {
      const lane = enterPhase(await lastState(needs, message), message);
      const gap = lane.gap || lane.n < message.sent;
      return closePhase(needs, message, { ...lane, phase: message.phase, gap });
    }
    case 'memberships':
      return applyPendingEdges(needs, connection, message, trial);
    case 'nesting':
      return applyNesting(needs, connection, message);
    case 'scope':
      return applyScope(needs, connection, message, trial);
    case 'missing':
      return applyMissing(needs, connection, message);
    case 'removals':
      return applyRemovals(needs, connection, message, trial);
    case 'judge':
      return applyVerdict(needs, connection, message, trial);
    case 'wake':
      return applyWake(needs, connection, message, trial);
    case 'look':
      return applyLook(needs, connection, message, trial);
    case 'rescope':
      return applyRescope(needs, connection, message, trial);
    case 'flatten':
      return applyFlatten(needs, connection, message, trial);
    case 'retry':
      return applyRetry(needs, connection, message, trial);
    case 'dismiss':
      return applyDismissal(needs, message);
    case 'drain':
      return applyDrain(needs, connection, message, trial);
    case 'verify':
      return applyVerify(needs, connection, message, trial);
    case 'pushed':
      return applyPushed(needs, connection, message);
    case 'newcomers':
      return applyNewcomers(needs, connection, message, trial);
    case 'recognised':
      return applyRecognised(needs, connection, message, trial);
    case 'born':
      return applyBorn(needs, connection, message, trial);
    case 'written':
      return applyWritten(needs, connection, message, trial);
    case 'members':
      return applyMembers(needs, connection, message, trial);
    case 'target':
      return applyTarget(needs, connection, message, trial);
    case 'recheck':
      return applyRecheck(needs, connection, message, trial);
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
