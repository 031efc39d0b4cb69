import type { Services, SyncState } from '../ports.ts';
import type { Run } from '../sync/run.ts';

type Needs = Pick<Services, 'checkpoints' | 'runs' | 'log'>;

/**
 * Ends a run: first into the history, which may be repeated, then on its own row, which is what
 * counts.
 * @throws AppError `state-changed` when the row was written meanwhile
 */
export async function endRun(
  needs: Needs,
  connectionId: string,
  state: SyncState,
  ended: Run,
): Promise<SyncState> {
  await needs.runs.archive(connectionId, ended);
  const saved = await needs.checkpoints.save(connectionId, state, { run: ended });
  needs.log.info('run ended', {
    connectionId,
    runId: ended.id,
    kind: ended.kind,
    state: ended.state,
  });
  return saved;
}
