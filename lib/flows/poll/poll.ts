import { AppError } from '../../errors.ts';
import type { StoredConnection } from '../../ports/connections.ts';
import type { SyncState } from '../../ports/sync-state.ts';
import type { Services } from '../../ports.ts';
import { toPoll } from '../../sync/addressed.ts';
import { bringsWritten, waitsForWord } from '../../sync/automatic.ts';
import { isAutomatic, isPush } from '../../sync/connection.ts';
import { isDecisionDue } from '../../sync/guard.ts';
import type { PollMessage } from '../../sync/messages.ts';
import { isResyncDue } from '../../sync/resyncs.ts';
import { goesByNesting, keyOf, rulesOf } from '../../sync/rules/rules-of.ts';
import {
  advance,
  isEnded,
  isPhaseClosed,
  newRunId,
  openDecision,
  openRules,
  type Run,
  ticked,
} from '../../sync/run.ts';
import { lookNow } from '../lanes/look-now.ts';
import { computeSets } from '../nesting/compute-sets.ts';
import { keepProbing, probeApp } from '../outage.ts';
import { pauseBefore } from '../pause.ts';
import { preview } from '../preview/preview.ts';
import { askForDecision } from '../removals/ask-for-decision.ts';
import { askGuard } from '../removals/ask-guard.ts';
import { deliverAlerts } from '../upkeep/deliver-alerts.ts';
import { tellConnection } from '../upkeep/measure.ts';
import { type TendNeeds, tendSubscriptions } from '../upkeep/tend-subscriptions.ts';
import { welcomeUsers } from '../upkeep/welcome-users.ts';
import { endRun } from './end-run.ts';
import { isRefusal } from './pass-over.ts';
import { readRound } from './read-round.ts';
import { knowsEntra, takeNewcomers } from './take-newcomers.ts';
import { takePushed } from './take-pushed.ts';
import { takeWritten } from './take-written.ts';
import { tellLanes } from './tell-lanes.ts';

export type PollNeeds = Pick<
  Services,
  | 'connections'
  | 'checkpoints'
  | 'ties'
  | 'nesting'
  | 'runs'
  | 'directories'
  | 'lanes'
  | 'plans'
  | 'alerts'
  | 'mail'
  | 'webhooks'
  | 'welcomes'
  | 'bus'
  | 'clock'
  | 'sleep'
  | 'log'
> &
  TendNeeds;

/** A promised run whose turn has not come asks again after 1, 2, 4 … seconds. */
const LONGEST_ASK_AGAIN_SECONDS = 30;
const MOST_TRIES = 5;
/** Most connections are judged anew within seconds. */
const AFTER_RULES_SECONDS = 5;

/**
 * Does what the checkpoint says is next: goes on with an open run, or begins one. Runs alone for its
 * connection, because the connection is the bus session.
 * @param deliveryCount 1 at the first delivery; more, and another poll died over this message
 */
export async function poll(
  needs: PollNeeds,
  message: PollMessage,
  deliveryCount: number,
): Promise<void> {
  try {
    await handle(needs, message, deliveryCount > 1);
  } catch (error) {
    const code = error instanceof AppError ? error.code : 'unknown';
    const { connectionId, reason } = message;
    needs.log.warn('poll goes back to the bus', { connectionId, reason, code });
    await pauseBefore(needs, error, deliveryCount);
    throw error;
  }
}

async function handle(
  needs: PollNeeds,
  message: PollMessage,
  isRedelivered: boolean,
): Promise<void> {
  const connection = await needs.connections.get(message.connectionId);
  if (!connection) return;
  if (message.reason === 'alert') return deliverAlerts(needs, connection);
  if (message.reason === 'preview') return preview(needs, connection, message.planId);
  if (connection.leaving) return;
  if (message.reason === 'welcome') return welcomeUsers(needs, connection);
  const loaded = await needs.checkpoints.load(connection.id);
  if (message.reason === 'timer' && connection.enabled)
    tellConnection(needs, connection.id, loaded);
  if (message.probe !== undefined) {
    await probeApp(needs, connection, loaded, message.probe);
    return;
  }
  if (message.reason === 'tend') {
    const isAsked = message.isAsked === true;
    await tendSubscriptions(needs, connection.entra, { isAsked });
    return;
  }
  if (message.reason === 'written') {
    if (connection.enabled && isAutomatic(connection))
      await takeWritten(needs, connection, knowsEntra(loaded));
    return;
  }
  if (message.reason === 'newcomers') {
    if (connection.enabled) await takeNewcomers(needs, connection, loaded, message);
    return;
  }
  if (isPush(connection)) return connection.enabled ? takePushed(needs, connection) : undefined;
  if (!connection.enabled) return pause(needs, connection, loaded, message);
  if (bringsWritten(connection, message.reason))
    await takeWritten(needs, connection, knowsEntra(loaded));
  // Whoever judges everybody works it out when all is read.
  const tellsNobody = isBeforeScope(loaded.run);
  if (!tellsNobody && (message.reason === 'nested' || message.reason === 'enabled'))
    await computeSets(needs, connection, true);
  const state = message.reason === 'timer' ? await keepProbing(needs, connection, loaded) : loaded;
  const current = await goOn(needs, connection, state, isRedelivered || message.reason === 'timer');
  if (waitsForWord(connection, current.run, message.reason)) return;
  await begin(needs, connection, current, message);
}

/** These do not ask for a round. */
const NO_ROUND: ReadonlySet<PollMessage['reason']> = new Set([
  'ticked',
  'resync',
  'nested',
  'rules',
]);

/** Whether a run is open that has yet to judge by who is in which group. */
function isBeforeScope(run: Run | null): boolean {
  if (run?.isScoped !== true || isEnded(run)) return false;
  return run.phase === 'groups' || run.phase === 'users' || run.phase === 'nesting';
}

/** What follows once the open run, if there is one, has gone as far as it can. */
async function begin(
  needs: PollNeeds,
  connection: StoredConnection,
  state: SyncState,
  message: PollMessage,
): Promise<void> {
  if (message.reason === 'notified') return lookNow(needs, connection, state, message);
  const { run } = state;
  const open = run && !isEnded(run) ? run : null;
  if (run && !open && run.id === message.runId) return;
  if (open && message.runId !== undefined && message.runId !== open.id) {
    const { tries = 0 } = message;
    const delaySeconds = Math.min(LONGEST_ASK_AGAIN_SECONDS, 2 ** tries);
    const again = { ...message, tries: Math.min(tries + 1, MOST_TRIES) };
    return needs.bus.send('polls', [{ ...toPoll(again), delaySeconds }]);
  }
  // What runs may go by the old rules: the new ones come after it.
  if (open && message.reason === 'rules')
    return needs.bus.send('polls', [{ ...toPoll(message), delaySeconds: AFTER_RULES_SECONDS }]);
  if (open && message.reason === 'decide') return decideLater(needs, connection, state, message);
  if (open) {
    const isMeant =
      open.reading &&
      message.reason !== 'look' &&
      (message.reason === 'ticked' || !NO_ROUND.has(message.reason));
    if (isMeant) await readRound(needs, connection, state, message);
    return;
  }
  const isUnsure = lacksGroups(connection, state);
  if (message.reason === 'decide') {
    const when = isUnsure ? decideLater : decide;
    return when(needs, connection, state, message);
  }
  const now = needs.clock.now();
  const key = keyOf(rulesOf(connection));
  const isKnown = state.checkpoint.epoch > 0;
  // The delta link goes on with what was asked for when it was made.
  const asksOtherwise = isKnown && state.checkpoint.rules?.selection !== key.selection;
  // What nobody asked for waits until all may be read: a full run could not bring all of it.
  const { lastError } = state.checkpoint;
  const isAsked = (lastError && isRefusal(lastError)) || !isAutomatic(connection);
  const asks = isAsked ? { resyncDays: 0 } : connection;
  const isFull =
    isResyncDue(state.resyncs, asks, now) || (asksOtherwise && now >= state.resyncs.notBefore);
  if (isKnown && !asksOtherwise && !isFull && state.checkpoint.rules?.rules !== key.rules)
    return beginRules(needs, connection, state, message);
  // Removals that could not be carried out the last time come up once the round is over.
  const looks = message.reason === 'timer' || message.reason === 'enabled';
  if (looks && isDecisionDue(state.guard, now))
    await askForDecision(needs, connection.id, state.guard.undecided);
  const { links, epoch } = state.checkpoint;
  const isScratch = links.user === null && links.group === null && epoch > 0;
  // Without links only a full run could follow, and the last ones failed.
  const isBarred = (isScratch || isUnsure) && now < state.resyncs.notBefore;
  if (isBarred && message.runId === undefined && message.reason !== 'enabled') return;
  // A lane's last report asks to go on with its run, not for another one.
  const isStale = message.reason === 'look' && (state.look ?? 0) <= (state.checkpoint.beganAt ?? 0);
  const asksForOne = !NO_ROUND.has(message.reason) && !isStale;
  if (!isFull && !asksForOne) return;
  const isWhole = isFull || isUnsure;
  const promised = isWhole ? state.resyncs.runId : null;
  const waits = promised !== null && message.runId !== undefined && message.runId !== promised;
  if (waits) await needs.bus.send('polls', [{ ...toPoll(message), delaySeconds: 1 }]);
  const runId = waits ? undefined : message.runId;
  await readRound(needs, connection, state, { runId, by: message.by, isFull: isWhole });
}

/** Who is in which group was refused, and decides by now: nobody is judged without it. */
function lacksGroups(connection: StoredConnection, { checkpoint }: SyncState): boolean {
  const { links, epoch } = checkpoint;
  const isRefused = epoch > 0 && links.group === null && links.user !== null;
  return isRefused && goesByNesting(rulesOf(connection));
}

/** New rules that what was seen can answer: every object is judged anew, and nothing is read. */
async function beginRules(
  needs: PollNeeds,
  connection: StoredConnection,
  state: SyncState,
  message: PollMessage,
): Promise<void> {
  const rules = rulesOf(connection);
  const phase = goesByNesting(rules) ? 'nesting' : 'scope';
  if (phase === 'scope') await computeSets(needs, connection, false);
  const now = needs.clock.now();
  const id = message.runId ?? newRunId(now);
  const startedAt = new Date(now).toISOString();
  const { by } = message;
  const run = openRules({ id, startedAt, rulesKey: keyOf(rules), ...(by && { by }) }, phase);
  const epoch = Math.max(state.checkpoint.epoch + 1, now);
  const checkpoint = { ...state.checkpoint, epoch };
  const saved = await needs.checkpoints.save(connection.id, state, { checkpoint, run });
  needs.log.info('run begun', { connectionId: connection.id, runId: id, kind: run.kind });
  await tellLanes(needs, connection, saved, run.lanes);
  // What the message was to make happen comes after it.
  if (message.reason !== 'rules')
    await needs.bus.send('polls', [{ ...toPoll(message), delaySeconds: AFTER_RULES_SECONDS }]);
}

/** A run that reads nothing: removals that were found outside of one are decided on. */
async function decide(
  needs: PollNeeds,
  connection: StoredConnection,
  state: SyncState,
  { runId, by, lanes = 0 }: PollMessage,
): Promise<void> {
  const now = needs.clock.now();
  const startedAt = new Date(now).toISOString();
  const bits = lanes | state.guard.undecided;
  const run = openDecision({ id: runId ?? newRunId(now), startedAt, ...(by && { by }) }, bits);
  const epoch = Math.max(state.checkpoint.epoch + 1, now);
  const checkpoint = { ...state.checkpoint, epoch };
  const guard = { ...state.guard, undecided: 0 };
  const saved = await needs.checkpoints.save(connection.id, state, { checkpoint, run, guard });
  await tellLanes(needs, connection, saved, bits);
}

/** A run is open: its end asks for all decisions that are wanted by then. */
async function decideLater(
  needs: PollNeeds,
  connection: StoredConnection,
  state: SyncState,
  { lanes = 0 }: PollMessage,
): Promise<void> {
  const undecided = state.guard.undecided | lanes;
  if (undecided === state.guard.undecided) return;
  await needs.checkpoints.save(connection.id, state, { guard: { ...state.guard, undecided } });
}

/** The switch is off: what is in flight finishes, nothing new starts. */
async function pause(
  needs: PollNeeds,
  connection: StoredConnection,
  state: SyncState,
  message: PollMessage,
) {
  // Decisions are made when it is on again.
  if (message.reason === 'decide') await decideLater(needs, connection, state, message);
  if (state.run?.state !== 'running' || message.reason === 'decide') return;
  await needs.checkpoints.save(connection.id, state, { run: { ...state.run, state: 'paused' } });
  needs.log.info('run paused', { connectionId: connection.id, runId: state.run.id });
}

/** Advances an open run through every phase that is closed. */
async function goOn(
  needs: PollNeeds,
  connection: StoredConnection,
  state: SyncState,
  remind: boolean,
): Promise<SyncState> {
  const { run } = state;
  if (!run || isEnded(run)) return state;
  if (run.state === 'paused') {
    const resumed = { run: { ...run, state: 'running' as const } };
    const saved = await needs.checkpoints.save(connection.id, state, resumed);
    return goOn(needs, connection, saved, true);
  }
  if (run.reading) return state;
  if (!isPhaseClosed(run)) {
    // After a crash between saving a phase and telling the lanes, somebody has to tell them.
    if (remind) await tellLanes(needs, connection, state, run.lanes & ~ticked(run));
    return state;
  }
  const next = advance(run, new Date(needs.clock.now()).toISOString());
  if (isEnded(next)) return endRun(needs, connection.id, state, next);
  // All that lanes know of groups in groups is written down by now.
  const isWhole = next.phase === 'memberships' && !next.isScoped;
  if (next.phase === 'scope' || isWhole) await computeSets(needs, connection, false);
  const begun =
    next.phase === 'removals' ? await askGuard(needs, connection, state, next) : { run: next };
  const saved = await needs.checkpoints.save(connection.id, state, begun);
  needs.log.info('phase begun', { connectionId: connection.id, runId: run.id, phase: next.phase });
  if (!next.reading) await tellLanes(needs, connection, saved, next.lanes);
  return saved;
}
