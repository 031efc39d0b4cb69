import type { LaneCounts, SyncState } from '../../ports/sync-state.ts';
import type { Services } from '../../ports.ts';
import { toPoll } from '../../sync/addressed.ts';
import { alertsOfRun } from '../../sync/alerts/alerts-of-run.ts';
import { guardAfter, isDecisionDue } from '../../sync/guard.ts';
import { makesNewcomers } from '../../sync/newcomers/draft.ts';
import { resyncsAfter } from '../../sync/resyncs.ts';
import { rulesOf } from '../../sync/rules/rules-of.ts';
import { cameToRemovals, lanesLeft, type Run, runDone } from '../../sync/run.ts';
import { askForDecision } from '../removals/ask-for-decision.ts';
import { raise } from '../upkeep/raise.ts';

type Needs = Pick<
  Services,
  'alerts' | 'checkpoints' | 'connections' | 'runs' | 'bus' | 'clock' | 'log'
>;

/**
 * Ends a run: first into the history, and whoever is to be told, which may be repeated, then on its
 * own row, which is what counts. Where a full run is to follow, the poll is told.
 * @param counts of lanes, which are saved with it
 * @throws AppError `state-changed` when a row was written meanwhile
 */
export async function endRun(
  needs: Needs,
  connectionId: string,
  state: SyncState,
  ended: Run,
  counts?: LaneCounts,
): Promise<SyncState> {
  await needs.runs.archive(connectionId, ended);
  await makeOthers(needs, connectionId, ended);
  for (const alert of alertsOfRun(ended)) await raise(needs, connectionId, alert);
  const now = needs.clock.now();
  const resyncs = resyncsAfter(state.resyncs, ended, now);
  const outcome = { done: runDone(ended), left: lanesLeft(ended), isTried: cameToRemovals(ended) };
  const guard = guardAfter(state.guard, outcome, now);
  // What was changed while it ran is another run's matter.
  const rules = ended.state === 'completed' ? ended.rulesKey : undefined;
  const saved = await needs.checkpoints.save(connectionId, state, {
    run: ended,
    ...(rules && { checkpoint: { ...state.checkpoint, rules } }),
    ...(resyncs !== state.resyncs && { resyncs }),
    ...(guard !== state.guard && { guard }),
    ...(counts && { counts }),
  });
  const { id: runId, kind } = ended;
  needs.log.info('run ended', { connectionId, runId, kind, state: ended.state });
  if (resyncs.asked > resyncs.done && resyncs.notBefore <= now)
    await needs.bus.send('polls', [toPoll({ connectionId, reason: 'resync' })]);
  if (isDecisionDue(guard, now)) await askForDecision(needs, connectionId, guard.undecided);
  // Somebody said meanwhile that something moved.
  if ((state.look ?? 0) > (state.checkpoint.beganAt ?? 0))
    await needs.bus.send('polls', [toPoll({ connectionId, reason: 'look' })]);
  return saved;
}

/**
 * Everybody who is in Entra is known now: whoever is not may be made there. Sent before the run's end
 * is saved, and put off by the poll until it is.
 */
async function makeOthers(
  { bus, connections }: Needs,
  connectionId: string,
  { kind, state }: Run,
): Promise<void> {
  if (kind === 'incremental' || state !== 'completed') return;
  const connection = await connections.get(connectionId);
  const rules = connection && rulesOf(connection);
  if (!rules || !(makesNewcomers(rules, 'user') || makesNewcomers(rules, 'group'))) return;
  await bus.send('polls', [toPoll({ connectionId, reason: 'newcomers' })]);
}
