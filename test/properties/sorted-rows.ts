import type { StoredRow } from '../../lib/azure/tables.ts';

/** Rows of one partition, in the order of their keys: ranges are read far more often than keys come. */
export class SortedRows {
  readonly #rows = new Map<string, StoredRow>();
  /** By code unit, as the service sorts. */
  readonly #keys: string[] = [];

  get(key: string): StoredRow | undefined {
    return this.#rows.get(key);
  }

  has(key: string): boolean {
    return this.#rows.has(key);
  }

  set(key: string, row: StoredRow): void {
    if (!this.#rows.has(key)) this.#keys.splice(this.#placeOf(key), 0, key);
    this.#rows.set(key, row);
  }

  delete(key: string): void {
    if (this.#rows.delete(key)) this.#keys.splice(this.#placeOf(key), 1);
  }

  /** In the order in which their keys came. */
  values(): Iterable<StoredRow> {
    return this.#rows.values();
  }

  /** From the first key on, up to but without the last one. */
  *between(from: string, to: string): Generator<StoredRow> {
    for (let at = this.#placeOf(from); at < this.#keys.length; at += 1) {
      const key = this.#keys[at] ?? '';
      const row = this.#rows.get(key);
      if (key >= to || !row) return;
      yield row;
    }
  }

  /** How many keys come before this one. */
  #placeOf(key: string): number {
    let [low, high] = [0, this.#keys.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#keys[middle] ?? '') < key) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
