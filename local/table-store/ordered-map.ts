interface Block<V> {
  readonly keys: string[];
  readonly values: V[];
}

interface Place<V> {
  readonly index: number;
  readonly block: Block<V>;
  readonly at: number;
  readonly found: boolean;
}

/** Keys a block holds: adding one moves little memory, and millions need few blocks. */
const BLOCK_KEYS = 256;

/**
 * A map in code-unit order of its keys: sorted blocks in a sorted list, so that finding, adding and
 * removing a key cost two binary searches and one short move, and reading on costs what it gives.
 */
export class OrderedMap<V> {
  readonly #blocks: Block<V>[] = [{ keys: [], values: [] }];
  /** The key that each block but the first begins with or after, for a search in little memory. */
  readonly #starts: string[] = [''];
  #size = 0;

  get size(): number {
    return this.#size;
  }

  get(key: string): V | undefined {
    const { block, at, found } = this.#find(key);
    return found ? block.values[at] : undefined;
  }

  /** Sets a value and gives the one before. */
  set(key: string, value: V): V | undefined {
    const { index, block, at, found } = this.#find(key);
    if (found) {
      const before = block.values[at];
      block.values[at] = value;
      return before;
    }
    block.keys.splice(at, 0, key);
    block.values.splice(at, 0, value);
    this.#size += 1;
    if (block.keys.length > BLOCK_KEYS) this.#split(index, at);
    return undefined;
  }

  /** Removes a key and gives the value it had. */
  delete(key: string): V | undefined {
    const { index, block, at, found } = this.#find(key);
    if (!found) return undefined;
    block.keys.splice(at, 1);
    const [before] = block.values.splice(at, 1);
    this.#size -= 1;
    if (block.keys.length === 0 && index > 0) {
      this.#blocks.splice(index, 1);
      this.#starts.splice(index, 1);
    }
    return before;
  }

  /**
   * The entries from a key (inclusive) on, in order. Changing the map while reading may leave out
   * entries; start again from the last key after a change.
   */
  *entriesFrom(key: string): Generator<readonly [key: string, value: V]> {
    let { index, at } = this.#find(key);
    for (let block = this.#blocks[index]; block; block = this.#blocks[index]) {
      for (; at < block.keys.length; at += 1)
        yield [block.keys[at] as string, block.values[at] as V];
      at = 0;
      index += 1;
    }
  }

  /** Where the key is, or would be. */
  #find(key: string): Place<V> {
    const start = lowerBound(this.#starts, key);
    const index = this.#starts[start] === key ? start : Math.max(0, start - 1);
    const block = this.#blocks[index] as Block<V>;
    const at = lowerBound(block.keys, key);
    return { index, block, at, found: block.keys[at] === key };
  }

  #split(index: number, added: number): void {
    const { keys, values } = this.#blocks[index] as Block<V>;
    // Keys that come in ascending order leave full blocks behind instead of half-empty ones.
    const ascending = index === this.#blocks.length - 1 && added === keys.length - 1;
    const from = ascending ? added : keys.length >>> 1;
    const right = { keys: keys.splice(from), values: values.splice(from) };
    this.#starts.splice(index + 1, 0, right.keys[0] as string);
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
