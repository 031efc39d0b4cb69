import { stripVTControlCharacters } from 'node:util';
import { type Paint, paintFor } from './paint.ts';

/** Where a person reads what happens. */
export interface Display {
  readonly paint: Paint;
  /** A terminal, where lines can be drawn again. */
  readonly isLive: boolean;
  /** Lines that stay. */
  readonly print: (...lines: string[]) => void;
  /** Lines in place of those that were drawn before; only where it is live. */
  readonly draw: (lines: readonly string[]) => void;
  /** What the processes say, on stderr. */
  readonly note: (text: string) => void;
}

const CLEAR_BELOW = '\u001B[J';
const HIDE_CURSOR = '\u001B[?25l';
const SHOW_CURSOR = '\u001B[?25h';

/** Writes to a terminal or to any other stream, then without drawing. */
export function openDisplay(stream: NodeJS.WriteStream): Display {
  // A reader that has gone away (`| head`) is no reason to end.
  stream.on('error', () => {});
  const isLive = stream.isTTY === true;
  if (isLive) process.once('exit', () => stream.write(SHOW_CURSOR));
  let drawn: readonly string[] = [];
  const clear = (): string => {
    const up = drawn.length === 0 ? '' : `\u001B[${drawn.length}A\r${CLEAR_BELOW}`;
    drawn = [];
    return up;
  };
  return {
    paint: paintFor(stream),
    isLive,
    print: (...lines) => {
      const shown = isLive ? clear() + SHOW_CURSOR : '';
      stream.write(`${shown}${lines.map((line) => `${line}\n`).join('')}`);
    },
    draw: (lines) => {
      if (!isLive) return;
      const fitting = lines.map((line) => fitted(line, stream.columns));
      const text = fitting.map((line) => `${line}\n`).join('');
      stream.write(`${clear()}${HIDE_CURSOR}${text}`);
      drawn = fitting;
    },
    note: (text) => {
      const below = drawn;
      if (isLive) stream.write(clear());
      process.stderr.write(text);
      if (below.length > 0) stream.write(below.map((line) => `${line}\n`).join(''));
      drawn = below;
    },
  };
}

/** A line that wraps could not be drawn over: one too long loses its colours and its end. */
export function fitted(line: string, columns: number): string {
  const plain = stripVTControlCharacters(line);
  return plain.length < columns ? line : plain.slice(0, Math.max(0, columns - 1));
}
