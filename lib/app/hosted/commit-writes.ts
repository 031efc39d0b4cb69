import type { Outcome } from '../../ports/application.ts';
import type { Kind } from '../../sync/entry.ts';
import type { Holders } from './clash.ts';
import { type Commit, commitUnits, versionsOf } from './commit-units.ts';
import { claimKeys } from './index-rows.ts';
import { withoutMissing } from './missing-rows.ts';
import { type PlannedWrite, rethink } from './plan-write.ts';
import { readEntries, readHolders } from './read-entries.ts';
import type { Shard } from './shard.ts';
import type { StoredEntry } from './stored-entry.ts';

/** What became of writes, by their places. */
type Outcomes = Outcome<StoredEntry>[];

/** Where new entries of one kind are counted. */
interface Creation {
  readonly kind: Kind;
  readonly slot: number;
  readonly outcomes: Outcomes;
}

/** Carries out writes that make entries of one kind. */
export function commitCreations(
  shard: Shard,
  { kind, slot, outcomes }: Creation,
  writes: readonly PlannedWrite[],
): Promise<void> {
  return commitUnits(writes, {
    write: async (chunk) => {
      const step = { slot, kind, by: chunk.length };
      const operations = chunk.flatMap((write) => write.operations);
      keep(shard, chunk, await shard.counters.write(step, operations), outcomes);
    },
    settle: async (chunk) => {
      const claims = chunk.flatMap((write) => claimKeys(write.after));
      const holders = await readHolders(shard, kind, claims);
      return chunk.flatMap((write) => {
        const next = ownWork(write, holders) ?? rethink(shard, write, holders);
        return goesOn(next, write, outcomes);
      });
    },
    refuse: refusal(outcomes),
  });
}

/** Carries out writes that replace entries of one kind, each under the version it was read at. */
export function commitUpdates(
  shard: Shard,
  { kind, outcomes }: Omit<Creation, 'slot'>,
  writes: readonly PlannedWrite[],
): Promise<void> {
  return commitUnits(writes, {
    write: async (chunk) => {
      const operations = chunk.flatMap((write) => write.operations);
      keep(shard, chunk, await shard.directory.write(operations), outcomes);
    },
    settle: async (chunk) => {
      const ids = chunk.map((write) => write.after.id);
      const claims = chunk.flatMap((write) => claimKeys(write.after));
      const [entries, holders] = await Promise.all([
        readEntries(shard, kind, ids),
        readHolders(shard, kind, claims),
      ]);
      const again = chunk.flatMap((write) => {
        const entry = entries.get(write.after.id);
        const next = moved(entry, write) ?? rethink(shard, write, holders);
        return goesOn(next, write, outcomes);
      });
      return withoutMissing(shard, again);
    },
    refuse: refusal(outcomes),
  });
}

function keep(
  shard: Shard,
  chunk: readonly PlannedWrite[],
  etags: readonly string[],
  outcomes: Outcomes,
): void {
  const versions = versionsOf(chunk, etags);
  for (const [index, { at, after }] of chunk.entries()) {
    const stored = { ...after, version: versions[index] ?? '' };
    shard.recent.keep(stored);
    outcomes[at] = { ok: true, value: stored };
  }
}

/** Records an outcome; a write that has none yet goes on. */
function goesOn(
  next: PlannedWrite | Outcome<StoredEntry>,
  { at }: PlannedWrite,
  outcomes: Outcomes,
): readonly PlannedWrite[] {
  if (!('ok' in next)) return [next];
  outcomes[at] = next;
  return [];
}

function refusal(outcomes: Outcomes): Commit<PlannedWrite>['refuse'] {
  return ({ at }) => {
    outcomes[at] = { ok: false, reason: 'refused', detail: 'the table refuses the entry' };
  };
}

/** A lost answer makes the SDK send a transaction again: what it meets may be this very entry. */
function ownWork({ after }: PlannedWrite, holders: Holders): Outcome<StoredEntry> | undefined {
  const own = claimKeys(after)
    .map((key) => holders.get(key))
    .find((holder) => holder?.id === after.id);
  return own && { ok: true, value: own };
}

function moved(
  entry: StoredEntry | undefined,
  { before }: PlannedWrite,
): Outcome<never> | undefined {
  if (!entry) return { ok: false, reason: 'missing' };
  return entry.version === before?.version ? undefined : { ok: false, reason: 'changed' };
}
