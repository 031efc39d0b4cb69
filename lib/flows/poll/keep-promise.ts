import { newRunId, openRun, type Run } from '../../sync/run.ts';
import { endRun } from './end-run.ts';
import type { Round } from './pace.ts';
import type { PollNeeds } from './poll-needs.ts';

/** A round that somebody asked for and that found nothing, or could not look. */
export async function keepPromise(
  needs: PollNeeds,
  round: Round,
  state: 'completed' | 'incomplete',
): Promise<void> {
  const now = new Date(needs.clock.now()).toISOString();
  const id = round.promisedRunId ?? newRunId(needs.clock.now());
  const by = round.promisedBy;
  const opened = openRun({ id, kind: 'incremental', startedAt: now, ...(by && { by }) });
  const ended: Run = { ...opened, reading: false, state, endedAt: now };
  round.state = await endRun(needs, round.connection.id, round.state, ended);
}
