import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const TANDEM = fileURLToPath(new URL('../../lib/cli/tandem.js', import.meta.url));

/** A command that runs as a process of its own. */
export interface RunningCommand {
  readonly child: ChildProcess;
  readonly errors: () => string;
  readonly ended: Promise<EndedCommand>;
}

/** What came of it. */
export interface EndedCommand {
  readonly code: number | null;
  readonly out: string;
  readonly errors: string;
}

/** Starts the real command line, with these settings alone. */
export function startCommand(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): RunningCommand {
  const child = spawn(process.execPath, [TANDEM, ...args], {
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [out, errors] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors += text;
  });
  const ended = once(child, 'close').then(() => ({ code: child.exitCode, out, errors }));
  return { child, errors: () => errors, ended };
}
