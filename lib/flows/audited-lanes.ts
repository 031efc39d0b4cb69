import type { Lanes } from '../ports/lanes.ts';
import type { Clock } from '../ports/platform.ts';
import type { Cause } from '../sync/audit/audit-entry.ts';
import type { LaneMessage } from '../sync/messages.ts';

const CAUSES: Readonly<Record<LaneMessage['kind'], Cause>> = {
  items: 'entra',
  end: 'entra',
  memberships: 'entra',
  missing: 'entra',
  verify: 'entra',
  nesting: 'rules',
  scope: 'rules',
  rescope: 'rules',
  wake: 'others',
  look: 'others',
  flatten: 'others',
  removals: 'decision',
  judge: 'administrator',
  dismiss: 'administrator',
  retry: 'retry',
  drain: 'recovery',
  pushed: 'provisioning',
  written: 'application',
};

/**
 * Lanes whose commits tell the histories of the objects what was done because of a message. It is
 * saved in the lane's own transaction: it costs none of its own, and is neither lost nor told twice
 * (docs/decisions/0026-histories-in-the-lanes.md).
 * @returns the lanes, and a count of the objects so far of which both sides had changed the same
 */
export function auditedLanes(
  lanes: Lanes,
  clock: Clock,
  message: LaneMessage,
): { readonly lanes: Lanes; readonly conflicts: () => number } {
  let conflicts = 0;
  const by = 'by' in message ? message.by : undefined;
  const why = {
    cause: by === undefined ? CAUSES[message.kind] : ('administrator' as const),
    // Messages outside of runs make up an id, which no run has.
    ...(message.epoch > 0 && { runId: message.runId }),
    ...(by !== undefined && { by }),
  };
  const commit: Lanes['commit'] = async (lane, writes, row) => {
    const saved = await lanes.commit(lane, writes, row, { ...why, at: clock.now() });
    for (const { count = {} } of writes)
      conflicts += (count['users.conflicted'] ?? 0) + (count['groups.conflicted'] ?? 0);
    return saved;
  };
  return { lanes: { ...lanes, commit }, conflicts: () => conflicts };
}
