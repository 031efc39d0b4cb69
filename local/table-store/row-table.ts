import type { KeyRange } from './key-ranges.ts';
import { OrderedMap } from './ordered-map.ts';

/** Where reading begins: at this row, or at the first one after it. */
export interface RowPosition {
  readonly partitionKey: string;
  readonly rowKey: string;
}

/** A row as it is kept: its keys, and the rest packed into text. */
export interface KeptRow extends RowPosition {
  readonly packed: string;
}

/** The rows of one table, in the order of their partition key and row key. */
export class RowTable {
  readonly #partitions = new OrderedMap<OrderedMap<string>>();
  #characters = 0;

  /** What the rows take, about: the characters of their keys and packed properties. */
  get characters(): number {
    return this.#characters;
  }

  get(at: RowPosition): string | undefined {
    return this.#partitions.get(at.partitionKey)?.get(at.rowKey);
  }

  /**
   * Adds a row, replaces it, or removes it where `packed` is undefined.
   * @returns what it was before.
   */
  put(at: RowPosition, packed: string | undefined): string | undefined {
    const before = packed === undefined ? this.#remove(at) : this.#set(at, packed);
    if (before !== undefined) this.#characters -= rowCharacters({ ...at, packed: before });
    if (packed !== undefined) this.#characters += rowCharacters({ ...at, packed });
    return before;
  }

  /** The rows whose keys lie in the ranges, from a position on, in order. */
  *rows(
    partitions: readonly KeyRange[],
    rows: readonly KeyRange[],
    start: RowPosition = { partitionKey: '', rowKey: '' },
  ): Generator<KeptRow> {
    for (const [partitionKey, partition] of within(
      this.#partitions,
      partitions,
      start.partitionKey,
    )) {
      const from = partitionKey === start.partitionKey ? start.rowKey : '';
      for (const [rowKey, packed] of within(partition, rows, from))
        yield { partitionKey, rowKey, packed };
    }
  }

  #set({ partitionKey, rowKey }: RowPosition, packed: string): string | undefined {
    const kept = this.#partitions.get(partitionKey);
    if (kept) return kept.set(own(rowKey), packed);
    const partition = new OrderedMap<string>();
    this.#partitions.set(own(partitionKey), partition);
    return partition.set(own(rowKey), packed);
  }

  #remove({ partitionKey, rowKey }: RowPosition): string | undefined {
    const partition = this.#partitions.get(partitionKey);
    const before = partition?.delete(rowKey);
    if (partition?.size === 0) this.#partitions.delete(partitionKey);
    return before;
  }
}

/** What a row takes in memory and on disk, about. */
export function rowCharacters({ partitionKey, rowKey, packed }: KeptRow): number {
  return partitionKey.length + rowKey.length + packed.length;
}

function* within<V>(
  map: OrderedMap<V>,
  ranges: readonly KeyRange[],
  start: string,
): Generator<readonly [key: string, value: V]> {
  for (const { from, to } of ranges) {
    if (to !== undefined && to <= start) continue;
    for (const entry of map.entriesFrom(from > start ? from : start)) {
      if (to !== undefined && entry[0] >= to) break;
      yield entry;
    }
  }
}

/** A copy of its own: a key that was cut out of a request would keep all of that text in memory. */
function own(key: string): string {
  const copy: unknown = JSON.parse(JSON.stringify(key));
  return typeof copy === 'string' ? copy : key;
}
