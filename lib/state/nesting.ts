import { inParts, joinParts, PART_BYTES } from '../azure/byte-parts.ts';
import { deleteRows } from '../azure/delete-rows.ts';
import { type Operation, type Row, type Table, TRANSACTION_LIMIT } from '../azure/tables.ts';
import { AppError, hasCode } from '../errors.ts';
import type { Nesting, NotedNesting, StoredSets } from '../ports/nesting.ts';
import {
  after,
  IMPORTED_PREFIX,
  idOf,
  importedKey,
  NESTED_PREFIX,
  nestedKey,
  nestPartition,
  RESTING_PREFIX,
  restingKey,
  SETS_ROW,
} from './keys.ts';
import { countIds, packSets, unpackSets } from './packed-sets.ts';
import { openRememberedSets } from './remembered-sets.ts';

/** A row holds 1 MiB; some count the base64 in which bytes travel, which adds a third. */
const MOST_PARTS = 12;

const NO_SETS: StoredSets = { sets: {}, untold: [], version: null };

/** Groups in groups and the sets that come of them, in the table `links`. */
export function openNesting(table: Table): Nesting {
  const remembered = openRememberedSets();

  /** Rows that mark something by being there. */
  async function mark(
    connectionId: string,
    there: readonly string[],
    gone: readonly string[],
  ): Promise<void> {
    const partitionKey = nestPartition(connectionId);
    const keys = new Set(there);
    const rows = [...keys].map((rowKey): Row => ({ partitionKey, rowKey, v: 1 }));
    for (let at = 0; at < rows.length; at += TRANSACTION_LIMIT) {
      const some = rows.slice(at, at + TRANSACTION_LIMIT);
      await table.write(some.map((row) => ({ op: 'put', row })));
    }
    const others = [...new Set(gone)].filter((key) => !keys.has(key));
    await deleteRows(table, partitionKey, others);
  }

  return {
    note: (connectionId, { there, gone }) =>
      mark(connectionId, there.map(nestedKey), gone.map(nestedKey)),
    rest: (connectionId, { resting, back }) =>
      mark(connectionId, resting.map(restingKey), back.map(restingKey)),
    admit: (connectionId, { imported, others }) =>
      mark(connectionId, imported.map(importedKey), others.map(importedKey)),
    read: (connectionId) => readAll(table, nestPartition(connectionId)),
    sets: async (connectionId) => {
      const partitionKey = nestPartition(connectionId);
      const known = remembered.at(connectionId);
      if (known) {
        const row = (await table.getMany(partitionKey, [SETS_ROW], ['v'])).get(SETS_ROW);
        if (row?.etag === known.version) return known;
        remembered.forget(connectionId);
        if (!row) return NO_SETS;
      }
      const row = await table.get(partitionKey, SETS_ROW);
      if (!row) return NO_SETS;
      const stored = { ...unpackSets(joinParts(row, 'ids')), version: row.etag };
      remembered.keep(connectionId, stored);
      return stored;
    },
    save: async (connectionId, sets, untold, version) => {
      const row = toSetsRow(nestPartition(connectionId), { sets, untold });
      const operation: Operation =
        version === null ? { op: 'insert', row } : { op: 'replace', row, etag: version };
      try {
        const [etag = ''] = await table.write([operation]);
        const stored = { sets, untold, version: etag };
        remembered.keep(connectionId, stored);
        return stored;
      } catch (cause) {
        // Gone, or there already: both say that somebody else was here meanwhile.
        if (!hasCode(cause, 'state-exists', 'not-found')) throw cause;
        throw new AppError('state-changed', 'the sets of groups were saved by another', { cause });
      }
    },
  };
}

/** Pairs and what is said of groups lie on both sides of the sets, of which no column is read. */
async function readAll(table: Table, partitionKey: string): Promise<NotedNesting> {
  const nested = new Map<string, string[]>();
  const gone = new Set<string>();
  const imported = new Set<string>();
  const bounds = { partitionKey, from: IMPORTED_PREFIX, to: after(RESTING_PREFIX), select: ['v'] };
  for await (const page of table.range(bounds))
    for (const { rowKey } of page) {
      const [, first = '', second = ''] = rowKey.split(':');
      if (rowKey.startsWith(RESTING_PREFIX)) gone.add(idOf(first));
      if (rowKey.startsWith(IMPORTED_PREFIX)) imported.add(idOf(first));
      if (!rowKey.startsWith(NESTED_PREFIX)) continue;
      const members = nested.get(idOf(first));
      if (members) members.push(idOf(second));
      else nested.set(idOf(first), [idOf(second)]);
    }
  return { nested, gone, imported };
}

function toSetsRow(partitionKey: string, stored: Pick<StoredSets, 'sets' | 'untold'>): Row {
  const bytes = packSets(stored);
  const parts = Math.ceil(bytes.length / PART_BYTES);
  if (parts > MOST_PARTS) {
    const count = countIds(stored);
    const most = Math.floor((count * MOST_PARTS * PART_BYTES) / bytes.length / 100) * 100;
    throw new AppError('bad-request', `rules depend on ${count} groups; ${most} of them fit`);
  }
  return { partitionKey, rowKey: SETS_ROW, v: 1, ...inParts('ids', bytes) };
}
