import type { Operation } from '../../azure/tables.ts';
import type { Outcome } from '../../ports/application.ts';
import type { Writer } from '../../ports/resources.ts';
import { clashOf, type Holders, isExternalIdHeld } from './clash.ts';
import type { Unit } from './commit-units.ts';
import { indexOperations } from './index-rows.ts';
import { entryMark } from './marks.ts';
import type { Shard } from './shard.ts';
import { type NewEntry, type StoredEntry, toEntryRow } from './stored-entry.ts';

/** An entry's way from what it is to what it shall be, claims and look-ups included. */
export interface Write {
  /** Its place among the outcomes. */
  readonly at: number;
  /** Undefined for an entry that is yet to be made. */
  readonly before: StoredEntry | undefined;
  readonly after: NewEntry;
  /** The SCIM client, whose writes the sync must find; undefined for the sync's own. */
  readonly by: Writer | undefined;
}

/** A write with the operations that carry it out; the entry's own comes first. */
export type PlannedWrite = Write & Unit & { readonly id: string };

export function planWrite(shard: Shard, write: Write): PlannedWrite {
  const { before, after, by } = write;
  const { partitionKey } = shard;
  const row = toEntryRow(partitionKey, after);
  const own: Operation = before
    ? { op: 'replace', row, etag: before.version }
    : { op: 'insert', row };
  const index = indexOperations(partitionKey, before, after);
  const mark = by ? [entryMark(shard, by, after, false)] : [];
  return { ...write, id: after.id, operations: [own, ...index, ...mark] };
}

/**
 * What becomes of a write whose claims may have been the reason that it failed: an outcome where
 * another entry holds one, or the write, to be tried again. An externalId is not unique in SCIM (RFC
 * 7643 section 3.1), so a client's write shares one that is held.
 */
export function rethink(
  shard: Shard,
  write: PlannedWrite,
  holders: Holders,
): PlannedWrite | Outcome<never> {
  const shares = write.by !== undefined && isExternalIdHeld(write.after, holders);
  const after = shares ? { ...write.after, sharesExternalId: true } : write.after;
  const clash = clashOf(after, holders);
  if (clash) return clash;
  return shares ? planWrite(shard, { ...write, after }) : write;
}
