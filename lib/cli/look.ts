import type { Context } from './command.ts';
import { EXIT } from './exit-codes.ts';
import { CommandFailure } from './failure.ts';

const PATIENCE_MS = 60_000;
const AGAIN_MS = 2_000;

/**
 * Reads something while waiting: an app that is not reachable for a while, because it is being
 * deployed, is no reason to give up.
 * @throws CommandFailure of the read itself
 */
export async function look<T>(
  { now, sleep, signal }: Pick<Context, 'now' | 'sleep' | 'signal'>,
  read: () => Promise<T>,
): Promise<T> {
  const since = now();
  for (;;) {
    try {
      return await read();
    } catch (error) {
      const isPassing = error instanceof CommandFailure && error.exitCode === EXIT.unreachable;
      if (!isPassing || now() - since > PATIENCE_MS) throw error;
    }
    await sleep(AGAIN_MS, signal);
  }
}
