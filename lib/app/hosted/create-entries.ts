import { randomUUID } from 'node:crypto';
import type { Draft, Outcome } from '../../ports/application.ts';
import type { Entry, Kind } from '../../sync/entry.ts';
import { checkEntry } from './check-entry.ts';
import { clashOf } from './clash.ts';
import { commitUnits, type Unit, versionsOf } from './commit-units.ts';
import { claimKeys, indexOperations } from './index-rows.ts';
import { readHolders } from './read-entries.ts';
import type { Shard } from './shard.ts';
import { type StoredEntry, toEntry, toEntryRow } from './stored-entry.ts';

interface CreateUnit extends Unit {
  readonly at: number;
  readonly entry: Omit<StoredEntry, 'version'>;
}

/** Creates entries of one kind, with their claims and look-ups; outcomes in the drafts' order. */
export async function createEntries(
  shard: Shard,
  drafts: readonly Draft[],
  slot: number,
): Promise<readonly Outcome<Entry>[]> {
  const outcomes: Outcome<Entry>[] = [];
  const units: CreateUnit[] = [];
  for (const [at, draft] of drafts.entries()) {
    const detail = checkEntry(draft);
    if (detail) outcomes[at] = { ok: false, reason: 'refused', detail };
    else units.push(plan(shard, draft, at));
  }
  for (const kind of ['user', 'group'] as const)
    await createKind(shard, { kind, slot, outcomes }, ofKind(units, kind));
  return outcomes;
}

interface Creation {
  readonly kind: Kind;
  readonly slot: number;
  readonly outcomes: Outcome<Entry>[];
}

function createKind(shard: Shard, creation: Creation, units: readonly CreateUnit[]): Promise<void> {
  const { kind, slot, outcomes } = creation;
  return commitUnits(units, {
    write: async (chunk) => {
      const step = { slot, kind, by: chunk.length };
      const operations = chunk.flatMap((unit) => unit.operations);
      const versions = versionsOf(chunk, await shard.counters.write(step, operations));
      for (const [index, unit] of chunk.entries()) {
        const stored = { ...unit.entry, version: versions[index] ?? '' };
        shard.recent.keep(stored);
        outcomes[unit.at] = { ok: true, value: toEntry(stored) };
      }
    },
    settle: async (chunk) => {
      const claims = chunk.flatMap((unit) => claimKeys(unit.entry));
      const holders = await readHolders(shard, kind, claims);
      return chunk.filter((unit) => {
        const outcome = ownWork(unit, holders) ?? clashOf(unit.entry, holders);
        if (outcome) outcomes[unit.at] = outcome;
        return !outcome;
      });
    },
    refuse: (unit) => {
      outcomes[unit.at] = { ok: false, reason: 'refused', detail: 'the table refuses the entry' };
    },
  });
}

/** A lost answer makes the SDK send a transaction again: what it meets may be this very entry. */
function ownWork(
  { entry }: CreateUnit,
  holders: ReadonlyMap<string, StoredEntry>,
): Outcome<Entry> | undefined {
  const own = claimKeys(entry)
    .map((key) => holders.get(key))
    .find((holder) => holder?.id === entry.id);
  return own && { ok: true, value: toEntry(own) };
}

function plan(shard: Shard, draft: Draft, at: number): CreateUnit {
  const { kind, externalId, attributes } = draft;
  const time = new Date(shard.clock.now()).toISOString();
  const active = kind === 'group' || draft.active;
  const entry = {
    kind,
    id: randomUUID(),
    ...(externalId && { externalId }),
    active,
    attributes,
    created: time,
    lastModified: time,
    hasDisplayNameLookup: true,
  };
  const { partitionKey } = shard;
  const row = { op: 'insert' as const, row: toEntryRow(partitionKey, entry) };
  return { at, entry, operations: [row, ...indexOperations(partitionKey, undefined, entry)] };
}

function ofKind(units: readonly CreateUnit[], kind: Kind): readonly CreateUnit[] {
  return units.filter((unit) => unit.entry.kind === kind);
}
