import type { StoredConnection } from '../../ports/connections.ts';
import type { SyncState } from '../../ports/sync-state.ts';
import { toPoll } from '../../sync/addressed.ts';
import type { PollMessage } from '../../sync/messages.ts';
import { currentKey } from '../../sync/rules/rules-key.ts';
import { goesByNesting, rulesOf } from '../../sync/rules/rules-of.ts';
import { newRunId, openRules } from '../../sync/run.ts';
import { computeSets } from '../nesting/compute-sets.ts';
import type { PollNeeds } from './poll-needs.ts';
import { tellLanes } from './tell-lanes.ts';

/** Most connections are judged anew within seconds. */
export const AFTER_RULES_SECONDS = 5;

/** New rules that what was seen can answer: every object is judged anew, and nothing is read. */
export async function beginRules(
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
  const run = openRules(
    { id, startedAt, rulesKey: currentKey(connection), ...(by && { by }) },
    phase,
  );
  const epoch = Math.max(state.checkpoint.epoch + 1, now);
  const checkpoint = { ...state.checkpoint, epoch };
  const saved = await needs.checkpoints.save(connection.id, state, { checkpoint, run });
  needs.log.info('run begun', { connectionId: connection.id, runId: id, kind: run.kind });
  await tellLanes(needs, connection, saved, run.lanes);
  // What the message was to make happen comes after it.
  if (message.reason !== 'rules')
    await needs.bus.send('polls', [{ ...toPoll(message), delaySeconds: AFTER_RULES_SECONDS }]);
}
