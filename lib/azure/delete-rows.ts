import { AppError, hasCode } from '../errors.ts';
import { type Table, TRANSACTION_LIMIT } from './tables.ts';

const MOST_ATTEMPTS = 20;

/**
 * Deletes rows of one partition, 100 a transaction, in order; rows that are not there are a success.
 * They are only looked for after a transaction has met a missing one.
 */
export async function deleteRows(
  table: Table,
  partitionKey: string,
  rowKeys: readonly string[],
): Promise<void> {
  for (let at = 0; at < rowKeys.length; at += TRANSACTION_LIMIT)
    await deleteChunk(table, partitionKey, rowKeys.slice(at, at + TRANSACTION_LIMIT));
}

async function deleteChunk(table: Table, partitionKey: string, rowKeys: readonly string[]) {
  let keys = rowKeys;
  for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt += 1) {
    const rows = keys.map((rowKey) => ({ op: 'delete' as const, row: { partitionKey, rowKey } }));
    try {
      await table.write(rows);
      return;
    } catch (error) {
      if (!hasCode(error, 'not-found')) throw error;
    }
    const there = await table.getMany(partitionKey, keys, ['v']);
    keys = keys.filter((key) => there.has(key));
  }
  throw new AppError('unavailable', 'rows keep vanishing while they are deleted');
}
