import { Numbers } from './numbers.ts';

/** Objects are numbered below this, so that two numbers fit exactly into one double. */
const MOST_OBJECTS = 2 ** 26;

/** A set of pairs of object numbers in 8 bytes each, of which some have been met. */
export class EdgeSet {
  readonly #keys = new Numbers((length) => new Float64Array(length));
  readonly #met = new Numbers((length) => new Uint8Array(length));
  #size = 0;
  #sorted: Float64Array | undefined;

  get size(): number {
    return this.#size;
  }

  /** Only before the first `meet`. */
  add(holder: number, member: number): void {
    this.#keys.set(this.#size, holder * MOST_OBJECTS + member);
    this.#size += 1;
  }

  /** Takes out what is there twice, and every pair that is not wanted. */
  settle(isWanted: (holder: number, member: number) => boolean): void {
    const keys = this.#keys.first(this.#size).sort();
    let kept = 0;
    for (const [at, key] of keys.entries()) {
      if (at > 0 && key === keys[at - 1]) continue;
      if (!isWanted(Math.floor(key / MOST_OBJECTS), key % MOST_OBJECTS)) continue;
      keys[kept] = key;
      kept += 1;
    }
    this.#size = kept;
    this.#sorted = keys.subarray(0, kept);
  }

  /** Marks a pair as met. @returns whether it is in the set and was not met before */
  meet(holder: number, member: number): boolean {
    const at = this.#find(holder * MOST_OBJECTS + member);
    if (at < 0 || this.#met.get(at) === 1) return false;
    this.#met.set(at, 1);
    return true;
  }

  /** The pairs that were not met. */
  *unmet(): Generator<readonly [holder: number, member: number]> {
    for (const [at, key] of (this.#sorted ?? []).entries()) {
      if (this.#met.get(at) === 0) yield [Math.floor(key / MOST_OBJECTS), key % MOST_OBJECTS];
    }
  }

  #find(key: number): number {
    const keys = this.#sorted;
    if (keys === undefined) throw new Error('The set is not settled.');
    let [low, high] = [0, keys.length - 1];
    while (low <= high) {
      const middle = (low + high) >>> 1;
      const found = keys[middle] ?? 0;
      if (found === key) return middle;
      if (found < key) low = middle + 1;
      else high = middle - 1;
    }
    return -1;
  }
}
