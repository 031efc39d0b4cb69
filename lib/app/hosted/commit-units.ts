import { type Operation, TRANSACTION_LIMIT } from '../../azure/tables.ts';
import { AppError, hasCode } from '../../errors.ts';

/** One entry's share of a transaction: it succeeds or fails as a whole. */
export interface Unit {
  readonly operations: readonly Operation[];
}

/** What to do with units on their way into the table. */
export interface Commit<U extends Unit> {
  /** Writes the units in one transaction and records what became of them. */
  write(units: readonly U[]): Promise<void>;
  /**
   * Called when a transaction met a row that is there, gone or changed: records what became of the
   * units that were the reason, and returns the others, perhaps planned anew.
   */
  settle(units: readonly U[]): Promise<readonly U[]>;
  /** Records that the table does not accept this unit. */
  refuse(unit: U): void;
}

/** Of the etags of all operations, the one of each unit's first operation, which is its entry's. */
export function versionsOf(units: readonly Unit[], etags: readonly string[]): readonly string[] {
  let at = 0;
  return units.map((unit) => {
    const version = etags[at] ?? '';
    at += unit.operations.length;
    return version;
  });
}

/** A transaction takes 4 MiB (Azure docs: entity group transactions); the rest is for envelopes. */
const MOST_BYTES = 3_000_000;

/** Failures in a row in which no unit was settled, before the directory counts as too busy. */
const MOST_ATTEMPTS = 20;

/**
 * Writes units in their order, as many a transaction as fit. Units that touch the same row go into
 * transactions of their own, one after the other.
 * @throws AppError `unavailable` when other writers are always first, and whatever concerns the
 *   whole table.
 */
export async function commitUnits<U extends Unit>(
  units: readonly U[],
  commit: Commit<U>,
): Promise<void> {
  let waiting = units;
  let attempts = 0;
  let most = TRANSACTION_LIMIT;
  while (waiting.length > 0) {
    const { chunk, later } = firstChunk(waiting, most);
    const failure = await tried(() => commit.write(chunk));
    if (failure === undefined) {
      waiting = later;
      attempts = 0;
    } else if (failure.code === 'bad-request') {
      // Which of them it was is not said reliably, so each goes alone.
      most = 1;
      if (chunk.length > 1) continue;
      for (const unit of chunk) commit.refuse(unit);
      waiting = later;
    } else {
      const again = await commit.settle(chunk);
      attempts = again.length === chunk.length ? attempts + 1 : 0;
      if (attempts > MOST_ATTEMPTS)
        throw new AppError('unavailable', 'the hosted directory is too busy', { cause: failure });
      waiting = [...again, ...later];
    }
  }
}

/** The failure that concerns single rows; any other is thrown. */
async function tried(write: () => Promise<void>): Promise<AppError | undefined> {
  try {
    await write();
    return undefined;
  } catch (error) {
    if (hasCode(error, 'bad-request', 'state-exists', 'state-changed', 'not-found')) return error;
    throw error;
  }
}

/** The units of the next transaction; one operation is left for a counter. */
function firstChunk<U extends Unit>(units: readonly U[], most: number) {
  const chunk: U[] = [];
  const later: U[] = [];
  const keys = new Set<string>();
  let bytes = 0;
  for (const [at, unit] of units.entries()) {
    const own = unit.operations.map((operation) => operation.row.rowKey);
    bytes += sizeOf(unit);
    const fits = keys.size + own.length < TRANSACTION_LIMIT && bytes <= MOST_BYTES;
    if (chunk.length > 0 && (chunk.length >= most || !fits))
      return { chunk, later: [...later, ...units.slice(at)] };
    // A deferred unit's rows are spoken for too, so that what follows it stays behind it.
    (own.some((key) => keys.has(key)) ? later : chunk).push(unit);
    for (const key of own) keys.add(key);
  }
  return { chunk, later };
}

/** At most this many bytes: UTF-8 takes up to 3 for a UTF-16 unit, and each operation has headers. */
function sizeOf(unit: Unit): number {
  let size = 0;
  for (const { row } of unit.operations) {
    size += 1_500;
    for (const value of Object.values(row)) if (typeof value === 'string') size += 3 * value.length;
  }
  return size;
}
