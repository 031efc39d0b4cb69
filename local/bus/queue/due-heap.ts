interface Due {
  at: number;
  sequenceNumber: number;
}

/**
 * Which message is due next: a binary heap by time. Entries are never taken back; whoever pops one
 * checks that it still holds.
 */
export class DueHeap {
  #entries: Due[] = [];

  /** Epoch milliseconds of the earliest entry. */
  nextAt(): number | undefined {
    return this.#entries[0]?.at;
  }

  push(at: number, sequenceNumber: number): void {
    const entries = this.#entries;
    let index = entries.length;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      const above = entries[parent];
      if (above === undefined || !isBefore(at, sequenceNumber, above)) break;
      entries[index] = above;
      index = parent;
    }
    entries[index] = { at, sequenceNumber };
  }

  /** Takes the earliest entry if its time has come; ties in sequence order. */
  popDue(now: number): number | undefined {
    const top = this.#entries[0];
    if (top === undefined || top.at > now) return undefined;
    const last = this.#entries.pop();
    if (last !== undefined && this.#entries.length > 0) this.#sink(last);
    return top.sequenceNumber;
  }

  #sink(entry: Due): void {
    const entries = this.#entries;
    let index = 0;
    for (;;) {
      const left = entries[index * 2 + 1];
      const right = entries[index * 2 + 2];
      const rightFirst =
        left !== undefined && right !== undefined && isBefore(right.at, right.sequenceNumber, left);
      const child = rightFirst ? right : left;
      if (child === undefined || isBefore(entry.at, entry.sequenceNumber, child)) break;
      entries[index] = child;
      index = index * 2 + (rightFirst ? 2 : 1);
    }
    entries[index] = entry;
  }
}

function isBefore(at: number, sequenceNumber: number, other: Due): boolean {
  return at < other.at || (at === other.at && sequenceNumber < other.sequenceNumber);
}
