import { originOf } from './address.ts';
import type { Context, Given } from './command.ts';
import { COMMANDS } from './commands.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { CommandFailure } from './failure.ts';
import { textOf } from './given.ts';
import { helpLines } from './help.ts';
import { openApi } from './http/api.ts';
import { type Output, openOutput } from './output.ts';
import type { Outside } from './outside.ts';
import { parseCommand } from './parse-command.ts';
import { bearerOf } from './sign-in.ts';

/**
 * Does what a command line asks for, without the program's name.
 * @returns the exit code; it never throws for what a command fails with, and says why on stderr
 */
export async function runTandem(outside: Outside, args: readonly string[]): Promise<ExitCode> {
  let out = openOutput(outside, false);
  try {
    const parsed = parseCommand(COMMANDS, args);
    if (parsed.do === 'help') {
      const lines = helpLines(COMMANDS, parsed.about);
      out.show(undefined, () => lines);
      return EXIT.fine;
    }
    const { command, given } = parsed;
    out = openOutput(outside, given.flags.has('json'));
    return await command.run(contextOf(outside, out, given), given);
  } catch (error) {
    return say(error, out, outside.signal);
  }
}

function contextOf(outside: Outside, out: Output, given: Given): Context {
  const { env, now, sleep, signal, readText, replaceFile } = outside;
  const origin = originOf(textOf(given, 'url') ?? env.TANDEM_URL);
  const bearer = bearerOf(outside, {
    token: textOf(given, 'token') ?? env.TANDEM_TOKEN,
    scope: textOf(given, 'scope') ?? env.TANDEM_SCOPE,
  });
  const api = openApi(outside, origin, bearer);
  return { api, out, env, now, sleep, signal, readText, replaceFile };
}

/** An error that is not ours is a fault of this program: its text may hold anything. */
function say(error: unknown, { note }: Output, signal: AbortSignal): ExitCode {
  if (error instanceof CommandFailure) {
    note(error.message, ...error.next.map((line) => `  ${line}`));
    return error.exitCode;
  }
  if (signal.aborted) {
    note('Interrupted.');
    return EXIT.interrupted;
  }
  note(`Something went wrong in this command: ${error instanceof Error ? error.name : 'unknown'}.`);
  return EXIT.refused;
}
