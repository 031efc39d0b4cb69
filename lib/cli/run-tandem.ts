import { originOf } from './address.ts';
import type { Command, Context, Given } from './command.ts';
import { COMMANDS } from './commands.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { CommandFailure } from './failure.ts';
import { textOf } from './given.ts';
import { helpLines } from './help.ts';
import { openApi } from './http/api.ts';
import { openOutput } from './output.ts';
import type { Outside } from './outside.ts';
import { parseCommand } from './parse-command.ts';
import { bearerOf } from './sign-in.ts';

/**
 * Does what a command line asks for, without the program's name.
 * @returns the exit code; it never throws for what a command fails with, and says why on stderr
 */
export async function runTandem(outside: Outside, args: readonly string[]): Promise<ExitCode> {
  try {
    const parsed = parseCommand(COMMANDS, args);
    if (parsed.do === 'run') return await run(outside, parsed.command, parsed.given);
    const lines = helpLines(COMMANDS, parsed.about);
    openOutput(outside, false).show(undefined, () => lines);
    return EXIT.fine;
  } catch (error) {
    return say(outside, error);
  }
}

async function run(outside: Outside, command: Command, given: Given): Promise<ExitCode> {
  const { env, now, sleep, signal, readText } = outside;
  const origin = originOf(textOf(given, 'url') ?? env.TANDEM_URL);
  const bearer = bearerOf(outside, {
    token: textOf(given, 'token') ?? env.TANDEM_TOKEN,
    scope: textOf(given, 'scope') ?? env.TANDEM_SCOPE,
  });
  const context: Context = {
    api: openApi(outside, origin, bearer),
    out: openOutput(outside, given.flags.has('json')),
    env,
    now,
    sleep,
    signal,
    readText,
  };
  return command.run(context, given);
}

/** An error that is not ours is a fault of this program: its text may hold anything. */
function say(outside: Outside, error: unknown): ExitCode {
  const { note } = openOutput(outside, false);
  if (error instanceof CommandFailure) {
    note(error.message, ...error.next.map((line) => `  ${line}`));
    return error.exitCode;
  }
  if (outside.signal.aborted) {
    note('Interrupted.');
    return EXIT.interrupted;
  }
  note(`Something went wrong in this command: ${error instanceof Error ? error.name : 'unknown'}.`);
  return EXIT.refused;
}
