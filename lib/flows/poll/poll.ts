import { AppError } from '../../errors.ts';
import type { StoredConnection } from '../../ports/connections.ts';
import type { SyncState } from '../../ports/sync-state.ts';
import { bringsWritten, waitsForWord } from '../../sync/automatic.ts';
import { isAutomatic, isPush } from '../../sync/connection.ts';
import type { PollMessage } from '../../sync/messages.ts';
import { isEnded, type Run } from '../../sync/run.ts';
import { computeSets } from '../nesting/compute-sets.ts';
import { keepProbing, probeApp } from '../outage.ts';
import { pauseBefore } from '../pause.ts';
import { preview } from '../preview/preview.ts';
import { deliverAlerts } from '../upkeep/deliver-alerts.ts';
import { tellConnection } from '../upkeep/measure.ts';
import { tendSubscriptions } from '../upkeep/tend-subscriptions.ts';
import { welcomeUsers } from '../upkeep/welcome-users.ts';
import { begin } from './begin.ts';
import { decideLater } from './decide.ts';
import { goOn } from './go-on.ts';
import type { PollNeeds } from './poll-needs.ts';
import { knowsEntra, takeNewcomers } from './take-newcomers.ts';
import { takePushed } from './take-pushed.ts';
import { takeWritten } from './take-written.ts';

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

/** Whether a run is open that has yet to judge by who is in which group. */
function isBeforeScope(run: Run | null): boolean {
  if (run?.isScoped !== true || isEnded(run)) return false;
  return run.phase === 'groups' || run.phase === 'users' || run.phase === 'nesting';
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
