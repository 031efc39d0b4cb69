import type { Lanes, LaneWrite } from '../../ports/lanes.ts';
import type { Clock } from '../../ports/platform.ts';
import type { Cause } from '../../sync/audit/audit-entry.ts';
import type { LaneMessage } from '../../sync/messages.ts';

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
  members: 'application',
  target: 'application',
  recheck: 'entra',
  newcomers: 'application',
  recognised: 'entra',
  born: 'application',
};

/** Lanes, and what they have counted so far. */
export interface AuditedLanes {
  readonly lanes: Lanes;
  /** Objects of which both sides had changed the same. */
  readonly conflicts: () => number;
  /** New users who are to be welcomed. */
  readonly welcomed: () => number;
}

/**
 * Lanes whose commits tell the histories of the objects what was done because of a message. It is
 * saved in the lane's own transaction: it costs none of its own, and is neither lost nor told twice
 * (docs/decisions/0030-histories-in-the-lanes.md).
 * @param welcomes new users are to be welcomed: a mark of each is saved with its link
 */
export function auditedLanes(
  lanes: Lanes,
  { clock, welcomes }: { readonly clock: Clock; readonly welcomes: boolean },
  message: LaneMessage,
): AuditedLanes {
  let conflicts = 0;
  let welcomed = 0;
  const by = 'by' in message ? message.by : undefined;
  const why = {
    cause: by === undefined ? CAUSES[message.kind] : ('administrator' as const),
    // Messages outside of runs make up an id, which no run has.
    ...(message.epoch > 0 && { runId: message.runId }),
    ...(by !== undefined && { by }),
  };
  const commit: Lanes['commit'] = async (lane, writes, row) => {
    const at = clock.now();
    const told = welcomes
      ? writes.map((write) => (isNewUser(write) ? { ...write, welcome: at } : write))
      : writes;
    const saved = await lanes.commit(lane, told, row, { ...why, at });
    for (const write of told) {
      const { count = {}, welcome } = write;
      conflicts += (count['users.conflicted'] ?? 0) + (count['groups.conflicted'] ?? 0);
      welcomed += Number(welcome !== undefined);
    }
    return saved;
  };
  return {
    lanes: { ...lanes, commit },
    conflicts: () => conflicts,
    welcomed: () => welcomed,
  };
}

function isNewUser(write: LaneWrite): boolean {
  return 'link' in write && (write.count?.['users.created'] ?? 0) > 0;
}
