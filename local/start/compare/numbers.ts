type Cells = Uint8Array | Uint32Array | Int32Array | Float64Array;

/** A list of numbers of one size that grows; a cell that was never set is 0. */
export class Numbers<Array extends Cells> {
  readonly #make: (length: number) => Array;
  #cells: Array;

  constructor(make: (length: number) => Array) {
    this.#make = make;
    this.#cells = make(1024);
  }

  get(index: number): number {
    return this.#cells[index] ?? 0;
  }

  set(index: number, value: number): void {
    if (index >= this.#cells.length) {
      const cells = this.#make(Math.max(index + 1, this.#cells.length * 2));
      cells.set(this.#cells);
      this.#cells = cells;
    }
    this.#cells[index] = value;
  }

  /** The first cells, without copying them. */
  first(count: number): Array {
    if (count > this.#cells.length) this.set(count - 1, 0);
    return this.#cells.subarray(0, count) as Array;
  }
}
