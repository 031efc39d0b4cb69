import type { ExitCode } from './exit-codes.ts';

/** What ends a command: a sentence for people, what to do about it, and a code for scripts. */
export class CommandFailure extends Error {
  readonly exitCode: ExitCode;
  /** What to do: sentences, or commands. */
  readonly next: readonly string[];

  constructor(exitCode: ExitCode, message: string, next: readonly string[] = []) {
    super(message);
    this.name = 'CommandFailure';
    this.exitCode = exitCode;
    this.next = next;
  }
}
