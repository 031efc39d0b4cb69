import { EXIT } from './exit-codes.ts';
import { CommandFailure } from './failure.ts';
import type { FileFormat } from './list-file.ts';
import { markLength, withoutMark } from './text/byte-order-mark.ts';
import { countLines } from './text/count-lines.ts';

/** Parts of a list that become one file. */
export interface Join {
  /** What the file has of a part, as it comes; parts are taken one after another. */
  readonly part: (bytes: AsyncIterable<Uint8Array>) => AsyncIterable<Uint8Array>;
  /** How many there are in the parts that were taken to their end. */
  readonly rows: () => number;
}

/** Bytes; the names of all columns take less. */
const LONGEST_HEADER = 65_536;

/**
 * Puts the parts of a list together: the names of the columns stand there once, and so does a byte order
 * mark. A part that ends within a row, or has other columns, is a CommandFailure.
 */
export function openJoin({ hasHeader, hasQuotes }: Omit<FileFormat, 'mediaType'>): Join {
  let rows = 0;
  let isFirst = true;
  let columns: Buffer | undefined;

  const requireColumns = (header: Buffer): void => {
    const own = header.subarray(markLength(header));
    columns ??= own;
    if (!columns.equals(own)) throw wrong('has other columns than those before');
  };

  async function* part(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    const lines = countLines(hasQuotes);
    let pieces: Uint8Array[] | undefined = hasHeader ? [] : undefined;
    for await (const chunk of isFirst ? bytes : withoutMark(bytes)) {
      const end = lines.take(chunk);
      if (pieces === undefined) {
        yield chunk;
        continue;
      }
      pieces.push(chunk.subarray(0, end));
      const header = Buffer.concat(pieces);
      if (header.length > LONGEST_HEADER) throw wrong('has no line of columns');
      if (end === undefined) continue;
      requireColumns(header);
      pieces = undefined;
      if (isFirst) yield header;
      yield chunk.subarray(end);
    }
    if (pieces !== undefined || !lines.areWhole()) throw wrong('ends within a line');
    rows += lines.count() - (hasHeader ? 1 : 0);
    isFirst = false;
  }
  return { part, rows: () => rows };
}

function wrong(what: string): CommandFailure {
  return new CommandFailure(EXIT.refused, `A part of the file ${what}.`);
}
