/**
 * The bytes of messages that are likely to be wanted soon. Messages are consumed in the order in
 * which they arrive, so when the cache is full it is the newcomers that are left to the disk.
 */
export class ContentCache {
  readonly #entries = new Map<number, Buffer>();
  readonly #limit: number;
  #size = 0;

  /** @param limit in bytes */
  constructor(limit: number) {
    this.#limit = limit;
  }

  get(key: number): Buffer | undefined {
    return this.#entries.get(key);
  }

  offer(key: number, content: Buffer): void {
    this.delete(key);
    if (this.#size + content.length > this.#limit) return;
    this.#entries.set(key, content);
    this.#size += content.length;
  }

  delete(key: number): void {
    const content = this.#entries.get(key);
    if (content === undefined) return;
    this.#entries.delete(key);
    this.#size -= content.length;
  }
}
