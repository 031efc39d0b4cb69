/** How many taken slots may stand before the first entry until the array is cut. */
const SLACK = 512;

/**
 * Sequence numbers in ascending order. Made for a queue's way of working: append at the end, take
 * from the front, and now and then put one back near the front.
 */
export class SequenceList {
  #entries: number[] = [];
  #head = 0;

  get size(): number {
    return this.#entries.length - this.#head;
  }

  first(): number | undefined {
    return this.#entries[this.#head];
  }

  add(sequenceNumber: number): void {
    const last = this.#entries.at(-1);
    if (this.size === 0 || last === undefined || last < sequenceNumber) {
      this.#entries.push(sequenceNumber);
      return;
    }
    const index = this.#lowerBound(sequenceNumber);
    if (this.#entries[index] === sequenceNumber) return;
    if (index === this.#head && this.#head > 0) {
      this.#head -= 1;
      this.#entries[this.#head] = sequenceNumber;
      return;
    }
    this.#entries.splice(index, 0, sequenceNumber);
  }

  delete(sequenceNumber: number): boolean {
    const index = this.#lowerBound(sequenceNumber);
    if (this.#entries[index] !== sequenceNumber) return false;
    if (index === this.#head) this.#dropFirst();
    else this.#entries.splice(index, 1);
    return true;
  }

  #dropFirst(): void {
    this.#head += 1;
    if (this.size === 0) {
      this.#entries = [];
      this.#head = 0;
    } else if (this.#head > SLACK && this.#head * 2 > this.#entries.length) {
      this.#entries = this.#entries.slice(this.#head);
      this.#head = 0;
    }
  }

  /** The index of the first entry that is not smaller; the array's length if there is none. */
  #lowerBound(sequenceNumber: number): number {
    let low = this.#head;
    let high = this.#entries.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#entries[middle] ?? Number.POSITIVE_INFINITY) < sequenceNumber) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
