import type { StoredConnection } from '../../ports/connections.ts';
import type { SyncState } from '../../ports/sync-state.ts';
import { toPoll } from '../../sync/addressed.ts';
import { isAutomatic } from '../../sync/connection.ts';
import { isDecisionDue } from '../../sync/guard.ts';
import type { PollMessage } from '../../sync/messages.ts';
import { isResyncDue } from '../../sync/resyncs.ts';
import { currentKey, isJudgedBy } from '../../sync/rules/rules-key.ts';
import { goesByNesting, rulesOf } from '../../sync/rules/rules-of.ts';
import { isEnded } from '../../sync/run.ts';
import { lookNow } from '../lanes/look-now.ts';
import { askForDecision } from '../removals/ask-for-decision.ts';
import { AFTER_RULES_SECONDS, beginRules } from './begin-rules.ts';
import { decide, decideLater } from './decide.ts';
import { isRefusal } from './pass-over.ts';
import type { PollNeeds } from './poll-needs.ts';
import { readRound } from './read-round.ts';

/** What waits for the end of a run asks again after 1, 2, 4 … times its first pause. */
const LONGEST_ASK_AGAIN_SECONDS = 30;
const MOST_TRIES = 5;
/** These do not ask for a round. */
const NO_ROUND: ReadonlySet<PollMessage['reason']> = new Set([
  'ticked',
  'resync',
  'nested',
  'rules',
]);

/** What follows once the open run, if there is one, has gone as far as it can. */
export async function begin(
  needs: PollNeeds,
  connection: StoredConnection,
  state: SyncState,
  message: PollMessage,
): Promise<void> {
  if (message.reason === 'notified') return lookNow(needs, connection, state, message);
  const { run } = state;
  const open = run && !isEnded(run) ? run : null;
  if (run && !open && run.id === message.runId) return;
  if (open && message.runId !== undefined && message.runId !== open.id)
    return askAgain(needs, message, 1);
  // What runs may go by the old rules: the new ones come after it.
  if (open && message.reason === 'rules') return askAgain(needs, message, AFTER_RULES_SECONDS);
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
  const isKnown = state.checkpoint.epoch > 0;
  // The delta link goes on with what was asked for when it was made.
  const asksOtherwise =
    isKnown && state.checkpoint.rules?.selection !== currentKey(connection).selection;
  // What nobody asked for waits until all may be read: a full run could not bring all of it.
  const { lastError } = state.checkpoint;
  const isAsked = (lastError && isRefusal(lastError)) || !isAutomatic(connection);
  const asks = isAsked ? { resyncDays: 0 } : connection;
  const isFull =
    isResyncDue(state.resyncs, asks, now) || (asksOtherwise && now >= state.resyncs.notBefore);
  if (isKnown && !asksOtherwise && !isFull && !isJudgedBy(state.checkpoint.rules, connection))
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

async function askAgain(
  { bus }: Pick<PollNeeds, 'bus'>,
  message: PollMessage,
  seconds: number,
): Promise<void> {
  const { tries = 0 } = message;
  const delaySeconds = Math.min(LONGEST_ASK_AGAIN_SECONDS, seconds * 2 ** tries);
  const again = { ...message, tries: Math.min(tries + 1, MOST_TRIES) };
  await bus.send('polls', [{ ...toPoll(again), delaySeconds }]);
}

/** Who is in which group was refused, and decides by now: nobody is judged without it. */
function lacksGroups(connection: StoredConnection, { checkpoint }: SyncState): boolean {
  const { links, epoch } = checkpoint;
  const isRefused = epoch > 0 && links.group === null && links.user !== null;
  return isRefused && goesByNesting(rulesOf(connection));
}
