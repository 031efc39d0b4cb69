import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { setTimeout as wait } from 'node:timers/promises';
import { EXIT } from './exit-codes.ts';
import type { Outside } from './outside.ts';
import { replaceFile } from './replace-file.ts';
import { runTandem } from './run-tandem.ts';

// `npx tandem`: the command line, on this process.

/** One Ctrl-C can reach a process twice: from the terminal, and from npx, which passes it on. */
const SAME_PRESS_MS = 500;

const outside: Outside = {
  env: process.env,
  stdout: process.stdout,
  stderr: process.stderr,
  fetch: (url, init) => fetch(url, init),
  now: () => Date.now(),
  sleep: (ms, signal) => wait(ms, undefined, { signal }),
  readText: (path) => (path === '-' ? text(process.stdin) : readFile(path, 'utf8')),
  replaceFile,
  signIn,
  signal: listenForStop(),
};

for (const stream of [process.stdout, process.stderr]) stream.on('error', endAtClosedPipe);
process.exitCode = await runTandem(outside, process.argv.slice(2));

/** A reader that has gone away (`| head`) wants no more. */
function endAtClosedPipe(error: NodeJS.ErrnoException): void {
  process.exit(error.code === 'EPIPE' ? EXIT.fine : EXIT.refused);
}

/** The genuine SDK takes a while to load: only where it is needed. */
async function signIn(scope: string) {
  const { DefaultAzureCredential } = await import('@azure/identity');
  // An authority that is named is taken at its word, as the app does: Microsoft's own knows only its own.
  const disableInstanceDiscovery = process.env.AZURE_AUTHORITY_HOST !== undefined;
  const credential = new DefaultAzureCredential({ disableInstanceDiscovery });
  const { token, expiresOnTimestamp } = await credential.getToken(scope);
  return { token, expiresAt: expiresOnTimestamp };
}

function listenForStop(): AbortSignal {
  const controller = new AbortController();
  let pressedAt: number | undefined;
  const stop = (): void => {
    if (pressedAt !== undefined && Date.now() - pressedAt < SAME_PRESS_MS) return;
    if (pressedAt !== undefined) process.exit(EXIT.interrupted);
    pressedAt = Date.now();
    controller.abort();
  };
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, stop);
  return controller.signal;
}
