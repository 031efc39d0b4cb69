import { closeSync, openSync, readSync } from 'node:fs';
import { type Change, toChange } from './records.ts';

const NEWLINE = 0x0a;
const TAB = 0x09;
const READ_BYTES = 8 * 1024 * 1024;

/**
 * Applies the changes of a file one after another.
 * @returns the bytes of its whole lines.
 */
export function replay(path: string, apply: (change: Change) => void): number {
  const file = openSync(path, 'r');
  try {
    let bytes = 0;
    for (const line of lines(file)) {
      apply(toChange(fields(line)));
      bytes += line.length + 1;
    }
    return bytes;
  } finally {
    closeSync(file);
  }
}

/** The whole lines, without their ends; each is there until the next one is asked for. */
function* lines(file: number): Generator<Buffer> {
  let buffer = Buffer.allocUnsafe(READ_BYTES);
  let filled = 0;
  for (;;) {
    if (filled === buffer.length) buffer = Buffer.concat([buffer], buffer.length * 2);
    const read = readSync(file, buffer, filled, buffer.length - filled, null);
    if (read === 0) return;
    filled += read;
    const text = buffer.subarray(0, filled);
    let start = 0;
    for (let end = text.indexOf(NEWLINE); end !== -1; end = text.indexOf(NEWLINE, start)) {
      yield text.subarray(start, end);
      start = end + 1;
    }
    buffer.copyWithin(0, start, filled);
    filled -= start;
  }
}

/** Each field is decoded by itself: parts of a decoded line would keep all of it in memory. */
function fields(line: Buffer): string[] {
  const found: string[] = [];
  let start = 0;
  for (let end = line.indexOf(TAB); end !== -1; end = line.indexOf(TAB, start)) {
    found.push(line.toString('utf8', start, end));
    start = end + 1;
  }
  found.push(line.toString('utf8', start));
  return found;
}
