interface Block<V> {
  readonly keys: string[];
  readonly values: V[];
}

/** Keys a block holds: splicing one is a short move of memory, and millions need few blocks. */
const BLOCK_KEYS = 512;

/**
 * A map in code-unit order of its keys: sorted blocks in a sorted list, so that finding, adding and
 * removing a key cost two binary searches and one short splice, and reading on costs what it gives.
 */
export class OrderedMap<V> {
  readonly #blocks: Block<V>[] = [];
  #size = 0;

  get size(): number {
    return this.#size;
  }

  get(key: string): V | undefined {
    const block = this.#blocks[this.#blockOf(key)];
    if (!block) return undefined;
    const at = lowerBound(block.keys, key);
    return block.keys[at] === key ? block.values[at] : undefined;
  }

  set(key: string, value: V): void {
    const index = this.#blockOf(key);
    const block = this.#blocks[index];
    if (!block) {
      this.#blocks.push({ keys: [key], values: [value] });
      this.#size = 1;
      return;
    }
    const at = lowerBound(block.keys, key);
    if (block.keys[at] === key) {
      block.values[at] = value;
      return;
    }
    this.#size += 1;
    block.keys.splice(at, 0, key);
    block.values.splice(at, 0, value);
    if (block.keys.length > BLOCK_KEYS) this.#split(index, at);
  }

  delete(key: string): void {
    const index = this.#blockOf(key);
    const block = this.#blocks[index];
    if (!block) return;
    const at = lowerBound(block.keys, key);
    if (block.keys[at] !== key) return;
    block.keys.splice(at, 1);
    block.values.splice(at, 1);
    this.#size -= 1;
    if (block.keys.length === 0) this.#blocks.splice(index, 1);
  }

  /**
   * The entries from a key (inclusive) on, in order. Changing the map while reading may leave out
   * entries; start again from the last key after a change.
   */
  *entriesFrom(key: string): Generator<readonly [key: string, value: V]> {
    let index = this.#blockOf(key);
    const first = this.#blocks[index];
    let at = first ? lowerBound(first.keys, key) : 0;
    for (let block = first; block; block = this.#blocks[index]) {
      for (; at < block.keys.length; at += 1)
        yield [block.keys[at] as string, block.values[at] as V];
      at = 0;
      index += 1;
    }
  }

  /** The last block that begins at or before the key, or the first one. */
  #blockOf(key: string): number {
    let low = 0;
    let high = this.#blocks.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#blocks[middle]?.keys[0] ?? '') <= key) low = middle + 1;
      else high = middle;
    }
    return Math.max(0, low - 1);
  }

  #split(index: number, added: number): void {
    const block = this.#blocks[index];
    if (!block) return;
    // Keys that come in ascending order leave full blocks behind instead of half-empty ones.
    const ascending = index === this.#blocks.length - 1 && added === block.keys.length - 1;
    const from = ascending ? added : block.keys.length >>> 1;
    const right = { keys: block.keys.slice(from), values: block.values.slice(from) };
    block.keys.length = from;
    block.values.length = from;
    this.#blocks.splice(index + 1, 0, right);
  }
}

/** The index of the first key that is not before the given one. */
function lowerBound(keys: readonly string[], key: string): number {
  let low = 0;
  let high = keys.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((keys[middle] ?? '') < key) low = middle + 1;
    else high = middle;
  }
  return low;
}
