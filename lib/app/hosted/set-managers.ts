import { TRANSACTION_LIMIT } from '../../azure/tables.ts';
import { AppError, hasCode } from '../../errors.ts';
import type { ManagerPair } from '../../ports/application.ts';
import { entryKey, isEntryId } from './keys.ts';
import type { Shard } from './shard.ts';

const MOST_ATTEMPTS = 20;

/** Merges managers into users, 100 a transaction; a user that is gone is left out. */
export async function setManagers(shard: Shard, pairs: readonly ManagerPair[]): Promise<void> {
  const managers = new Map(
    pairs.filter(({ userId }) => isEntryId(userId)).map((pair) => [pair.userId, pair]),
  );
  const wanted = [...managers.values()];
  for (let at = 0; at < wanted.length; at += TRANSACTION_LIMIT)
    await mergeChunk(shard, wanted.slice(at, at + TRANSACTION_LIMIT));
}

async function mergeChunk(shard: Shard, chunk: readonly ManagerPair[]): Promise<void> {
  const { partitionKey, directory } = shard;
  const lastModified = new Date(shard.clock.now()).toISOString();
  let rows = chunk.map(({ userId, managerId }) => ({
    partitionKey,
    rowKey: entryKey('user', userId),
    // A merge leaves out what is null, so "has none" is an empty string.
    managerId: managerId ?? '',
    lastModified,
  }));
  for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt += 1) {
    try {
      await directory.write(rows.map((row) => ({ op: 'merge', row, etag: '*' })));
      return;
    } catch (error) {
      if (!hasCode(error, 'not-found')) throw error;
    }
    const keys = rows.map((row) => row.rowKey);
    const there = await directory.getMany(partitionKey, keys, ['v']);
    rows = rows.filter((row) => there.has(row.rowKey));
  }
  throw new AppError('unavailable', 'users keep vanishing while their managers are set');
}
