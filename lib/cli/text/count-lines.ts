const LINE_FEED = 0x0a;
const QUOTE = 0x22;

/** Lines of a text that comes as bytes, piece by piece. */
export interface Lines {
  /** @returns where, in this piece, the first line that ends in it ends; undefined where none does */
  readonly take: (bytes: Uint8Array) => number | undefined;
  /** How many have ended. */
  readonly count: () => number;
  /** Whether the last one has ended. */
  readonly areWhole: () => boolean;
}

/**
 * Counts the lines of a UTF-8 text, in which no other character has the bytes of these.
 * @param hasQuotes of CSV: within quotes a line goes on, and a quote that is doubled opens them again
 */
export function countLines(hasQuotes: boolean): Lines {
  let count = 0;
  let isQuoted = false;
  let isOpen = false;
  return {
    take: (bytes) => {
      let first: number | undefined;
      for (const [at, byte] of bytes.entries()) {
        if (byte === QUOTE && hasQuotes) isQuoted = !isQuoted;
        isOpen = byte !== LINE_FEED || isQuoted;
        if (isOpen) continue;
        count += 1;
        first ??= at + 1;
      }
      return first;
    },
    count: () => count,
    areWhole: () => !isOpen,
  };
}
