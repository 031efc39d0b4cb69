import type { Change, Outcome } from '../../ports/application.ts';
import type { Attributes, Entry, Kind } from '../../sync/entry.ts';
import { checkEntry } from './check-entry.ts';
import { clashOf } from './clash.ts';
import { commitUnits, type Unit, versionsOf } from './commit-units.ts';
import { claimKeys, indexOperations } from './index-rows.ts';
import { readEntries, readHolders } from './read-entries.ts';
import type { Shard } from './shard.ts';
import { type StoredEntry, toEntry, toEntryRow } from './stored-entry.ts';

interface UpdateUnit extends Unit {
  readonly at: number;
  readonly before: StoredEntry;
  readonly after: StoredEntry;
}

/**
 * Replaces entries under their versions; claims and look-ups move in the same transaction. Outcomes
 * are in the changes' order. Entries that swap names within one call find them `taken`.
 */
export async function updateEntries(
  shard: Shard,
  changes: readonly Change[],
): Promise<readonly Outcome<Entry>[]> {
  const outcomes: Outcome<Entry>[] = [];
  for (const kind of ['user', 'group'] as const) {
    const numbered = [...changes.entries()].filter(([, change]) => change.kind === kind);
    await updateKind(shard, kind, { changes: numbered, outcomes });
  }
  return outcomes;
}

interface Update {
  readonly changes: readonly (readonly [number, Change])[];
  readonly outcomes: Outcome<Entry>[];
}

async function updateKind(shard: Shard, kind: Kind, update: Update): Promise<void> {
  const { changes, outcomes } = update;
  const before = await entriesBefore(shard, kind, changes);
  const units: UpdateUnit[] = [];
  for (const [at, change] of changes) {
    const planned = plan(shard, before.get(change.id), { at, change });
    if ('ok' in planned) outcomes[at] = planned;
    else units.push(planned);
  }
  await commitUnits(units, {
    write: async (chunk) => {
      const operations = chunk.flatMap((unit) => unit.operations);
      const versions = versionsOf(chunk, await shard.directory.write(operations));
      for (const [index, unit] of chunk.entries()) {
        const stored = { ...unit.after, version: versions[index] ?? '' };
        shard.recent.keep(stored);
        outcomes[unit.at] = { ok: true, value: toEntry(stored) };
      }
    },
    settle: (chunk) => settle(shard, chunk, outcomes),
    refuse: (unit) => {
      outcomes[unit.at] = { ok: false, reason: 'refused', detail: 'the table refuses the entry' };
    },
  });
}

/** The entries as they are before their change: what is known at the given version is not read. */
async function entriesBefore(shard: Shard, kind: Kind, changes: Update['changes']) {
  const known = new Map<string, StoredEntry>();
  for (const [, { id, version }] of changes) {
    const entry = shard.recent.at(kind, id, version);
    if (entry) known.set(id, entry);
  }
  const unknown = changes.map(([, { id }]) => id).filter((id) => !known.has(id));
  return new Map([...known, ...(await readEntries(shard, kind, [...new Set(unknown)]))]);
}

function plan(
  shard: Shard,
  before: StoredEntry | undefined,
  { at, change }: { readonly at: number; readonly change: Change },
): UpdateUnit | Outcome<Entry> {
  if (!before) return { ok: false, reason: 'missing' };
  if (before.version !== change.version) return { ok: false, reason: 'changed' };
  const after = {
    ...before,
    ...changed(before, change),
    hasDisplayNameLookup: true,
    lastModified: new Date(shard.clock.now()).toISOString(),
  };
  const detail = checkEntry(after);
  if (detail) return { ok: false, reason: 'refused', detail };
  const { partitionKey } = shard;
  const row = toEntryRow(partitionKey, after);
  const replace = { op: 'replace' as const, row, etag: before.version };
  const operations = [replace, ...indexOperations(partitionKey, before, after)];
  return { at, before, after, operations };
}

/** The externalId is a common attribute (RFC 7643 section 3.1), yet stands beside the others. */
function changed(before: StoredEntry, change: Change) {
  const { externalId, ...set } = change.set;
  const cleared = new Set(change.clear);
  const kept = Object.entries(before.attributes).filter(([name]) => !cleared.has(name));
  const heldId = cleared.has('externalId') ? '' : (before.externalId ?? '');
  return {
    externalId: typeof externalId === 'string' ? externalId : heldId,
    attributes: { ...Object.fromEntries(kept), ...set } satisfies Attributes,
    active: before.kind === 'group' || (change.active ?? before.active),
  };
}

/** Finds the units whose entry is gone or changed, or whose new names are held by others. */
async function settle(shard: Shard, chunk: readonly UpdateUnit[], outcomes: Outcome<Entry>[]) {
  const kind = chunk[0]?.after.kind ?? 'user';
  const ids = chunk.map((unit) => unit.after.id);
  const [entries, holders] = await Promise.all([
    readEntries(shard, kind, ids),
    readHolders(
      shard,
      kind,
      chunk.flatMap((unit) => claimKeys(unit.after)),
    ),
  ]);
  return chunk.filter((unit) => {
    const entry = entries.get(unit.after.id);
    const clash = clashOf(unit.after, holders);
    if (!entry) outcomes[unit.at] = { ok: false, reason: 'missing' };
    else if (entry.version !== unit.before.version)
      outcomes[unit.at] = { ok: false, reason: 'changed' };
    else if (clash) outcomes[unit.at] = clash;
    return entry?.version === unit.before.version && !clash;
  });
}
