import type { Outside } from './outside.ts';
import { jsonText, plainText } from './text/plain-text.ts';
import { cut } from './text/text-width.ts';

/** Where a command says what it has to say: results to stdout, all else to stderr. */
export interface Output {
  /** Columns of the terminal that results go to; undefined where they go elsewhere. */
  readonly width: number | undefined;
  /** Whether stderr is a terminal, where a line can be drawn again. */
  readonly isLive: boolean;
  /** A result: the API's JSON for machines, or else lines for people. */
  readonly show: (value: unknown, lines: () => readonly string[]) => void;
  /** Remarks and progress, as lines that stay. */
  readonly note: (...lines: readonly string[]) => void;
  /** A line in place of the one that was drawn before. */
  readonly draw: (line: string) => void;
}

const CLEAR_LINE = '\r\u001b[K';
const NARROW = 80;

/** Every text passes {@link plainText}: nothing from a directory steers the terminal. */
export function openOutput(
  { stdout, stderr }: Pick<Outside, 'stdout' | 'stderr'>,
  isJson: boolean,
): Output {
  let isDrawn = false;
  const isLive = stderr.isTTY === true;
  const clear = () => {
    if (isDrawn) stderr.write(CLEAR_LINE);
    isDrawn = false;
  };
  const lines = (some: readonly string[]) => some.map((line) => `${plainText(line)}\n`).join('');
  return {
    width: stdout.isTTY ? (stdout.columns ?? NARROW) : undefined,
    isLive,
    show: (value, told) => {
      clear();
      stdout.write(isJson ? `${jsonText(value)}\n` : lines(told()));
    },
    note: (...some) => {
      clear();
      stderr.write(lines(some));
    },
    draw: (line) => {
      stderr.write(CLEAR_LINE + cut(plainText(line), (stderr.columns ?? NARROW) - 1));
      isDrawn = true;
    },
  };
}
