import type { StoredConnection } from '../../ports/connections.ts';
import type { SyncState } from '../../ports/sync-state.ts';
import type { Services } from '../../ports.ts';
import { toLane } from '../../sync/addressed.ts';
import { lanesIn, type Run } from '../../sync/run.ts';

/** Sends the lanes in `bits` what closes the run's present phase. */
export async function tellLanes(
  needs: Pick<Services, 'bus'>,
  connection: StoredConnection,
  state: SyncState,
  bits: number,
): Promise<void> {
  const { run, checkpoint } = state;
  if (!run) return;
  const { id: connectionId, settingsVersion } = connection;
  const messages = lanesIn(bits).map((lane) => {
    const envelope = { v: 1 as const, connectionId, lane, runId: run.id, settingsVersion };
    return toLane({ ...envelope, epoch: checkpoint.epoch, ...closer(run, lane) });
  });
  await needs.bus.send('changes', messages);
}

function closer(run: Run, lane: number) {
  const { step, phase, hold } = run;
  switch (phase) {
    case 'nesting':
    case 'scope':
    case 'memberships':
    case 'missing':
      return { kind: phase, step };
    case 'removals':
      return { kind: phase, step, hold };
    default:
      return { kind: 'end' as const, phase, step, sent: run.sent[lane] ?? 0 };
  }
}
