import type { Checkpoint } from '../../ports/sync-state.ts';
import { currentKey } from '../../sync/rules/rules-key.ts';
import { goesByNesting, rulesOf } from '../../sync/rules/rules-of.ts';
import { isEnded, newRunId, openRun, type Run, type RunKind } from '../../sync/run.ts';
import type { Round } from './pace.ts';
import type { PollNeeds } from './poll-needs.ts';

/** Where nothing was ever told to a lane, nothing can be missing. */
export function fullKind({ epoch }: Checkpoint): RunKind {
  return epoch === 0 ? 'initial' : 'resync';
}

/** Raises the epoch, and opens a run if none is open: one transaction, before the first message. */
export async function beginRun(needs: PollNeeds, round: Round, kind: RunKind): Promise<Run> {
  const { run, checkpoint } = round.state;
  const open = run && !isEnded(run) ? run : undefined;
  if (open && round.hasEpoch) return open;
  const now = needs.clock.now();
  const startedAt = new Date(now).toISOString();
  const { asked: generation, runId, by: asking } = round.state.resyncs;
  const isFull = kind !== 'incremental';
  // What it shows was read since the round began: ids tell no later time.
  const id = (isFull ? runId : null) ?? round.promisedRunId ?? newRunId(round.beganAt);
  const rules = rulesOf(round.connection);
  const isScoped = isFull && goesByNesting(rules);
  const full = { generation, isScoped, rulesKey: currentKey(round.connection) };
  const by = (isFull && runId ? asking : null) ?? round.promisedBy;
  const next = open ?? openRun({ id, kind, startedAt, ...(isFull && full), ...(by && { by }) });
  const scratch = { links: { user: null, group: null }, reading: null };
  // Never one that a deleted connection of the same id has used: lanes may remember it.
  const epoch = Math.max(checkpoint.epoch + 1, now);
  const { beganAt } = round;
  const raised = { ...checkpoint, epoch, beganAt, ...(isFull && !open && scratch) };
  round.state = await needs.checkpoints.save(round.connection.id, round.state, {
    checkpoint: raised,
    ...(!open && { run: next }),
    ...(!open && isFull && runId && { resyncs: { ...round.state.resyncs, runId: null, by: null } }),
  });
  round.hasEpoch = true;
  if (!open) needs.log.info('run begun', { connectionId: round.connection.id, runId: id, kind });
  return next;
}
