import type { Change, Outcome } from '../../ports/application.ts';
import type { Kind } from '../../sync/entry.ts';
import { checked } from './check-entry.ts';
import { commitUpdates } from './commit-writes.ts';
import { withAttributes } from './flat-attributes.ts';
import { nextEntry } from './next-entry.ts';
import { type PlannedWrite, planWrite } from './plan-write.ts';
import { entriesAt } from './read-entries.ts';
import type { Shard } from './shard.ts';
import type { NewEntry, StoredEntry } from './stored-entry.ts';

/**
 * Replaces entries under their versions; claims and look-ups move in the same transaction. Outcomes
 * are in the changes' order. Entries that swap names within one call find them `taken`.
 */
export async function updateEntries(
  shard: Shard,
  changes: readonly Change[],
): Promise<readonly Outcome<StoredEntry>[]> {
  const outcomes: Outcome<StoredEntry>[] = [];
  for (const kind of ['user', 'group'] as const) {
    const numbered = [...changes.entries()].filter(([, change]) => change.kind === kind);
    await updateKind(shard, kind, { changes: numbered, outcomes });
  }
  return outcomes;
}

interface Update {
  readonly changes: readonly (readonly [number, Change])[];
  readonly outcomes: Outcome<StoredEntry>[];
}

async function updateKind(shard: Shard, kind: Kind, { changes, outcomes }: Update): Promise<void> {
  const entries = await entriesAt(
    shard,
    kind,
    changes.map(([, change]) => change),
  );
  const writes: PlannedWrite[] = [];
  for (const [at, change] of changes) {
    const planned = plan(shard, entries.get(change.id), { at, change });
    if ('ok' in planned) outcomes[at] = planned;
    else writes.push(planned);
  }
  await commitUpdates(shard, { kind, outcomes }, writes);
}

function plan(
  shard: Shard,
  before: StoredEntry | undefined,
  { at, change }: { readonly at: number; readonly change: Change },
): PlannedWrite | Outcome<never> {
  if (!before) return { ok: false, reason: 'missing' };
  if (before.version !== change.version) return { ok: false, reason: 'changed' };
  const after = checked(() => changed(shard, before, change));
  return 'ok' in after ? after : planWrite(shard, { at, before, after, by: undefined });
}

/** The externalId is a common attribute (RFC 7643 section 3.1), yet stands beside the others. */
function changed(shard: Shard, before: StoredEntry, change: Change): NewEntry {
  const { externalId, ...set } = change.set;
  const heldId = change.clear.includes('externalId') ? '' : (before.externalId ?? '');
  return nextEntry(shard, before, {
    resource: withAttributes(before.resource, set, change.clear, shard.schemas[before.kind]),
    externalId: typeof externalId === 'string' ? externalId : heldId,
    active: change.active ?? before.active,
    managerId: before.managerId,
  });
}
