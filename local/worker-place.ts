import type { Child } from './processes.ts';

/** Where one worker runs; when it ends by itself, another one takes its place. */
export interface WorkerPlace {
  /** Undefined while none runs. */
  readonly child: () => Child | undefined;
  /** Whether there is to be none. */
  readonly isVacant: () => boolean;
  /** Starts one where none runs, and waits until it is ready. */
  readonly fill: () => Promise<void>;
  /** kill -9, also of one that is still starting. The place stays vacant. */
  readonly kill: () => Promise<void>;
  /** Lets it end; kills it when that takes longer than `withinMs`. */
  readonly close: (withinMs?: number) => Promise<void>;
}

/** The real host, too, starts a worker again that dies; this is the pause before. */
const RESTART_MS = 1_000;

/** A vacant place for a worker that `start` starts. */
export function openWorkerPlace(
  start: () => Promise<Child>,
  onOutput: (text: string) => void,
): WorkerPlace {
  let child: Child | undefined;
  let isWanted = false;
  let starting: Promise<void> | undefined;

  const run = async (): Promise<void> => {
    if (child) return;
    const started = await start();
    if (!isWanted) return void (await started.kill());
    child = started;
    void started.exited.then(({ code, signal }) => {
      if (child !== started) return;
      child = undefined;
      onOutput(`${started.name} ended by itself (${signal ?? code}); starting it again\n`);
      fillLater();
    });
  };

  const fill = (): Promise<void> => {
    isWanted = true;
    starting ??= run().finally(() => {
      starting = undefined;
    });
    return starting;
  };

  const fillLater = (): void => {
    const again = (error: unknown): void => {
      onOutput(`${String(error)}\n`);
      fillLater();
    };
    setTimeout(() => void (isWanted && fill().catch(again)), RESTART_MS).unref();
  };

  /** Makes the place vacant, with the worker that was in it. */
  const leave = async (): Promise<Child | undefined> => {
    isWanted = false;
    const left = child;
    child = undefined;
    await starting?.catch(() => {});
    return left;
  };

  return {
    child: () => child,
    isVacant: () => !isWanted,
    fill,
    kill: async () => void (await (await leave())?.kill()),
    close: async (withinMs) => void (await (await leave())?.end(withinMs)),
  };
}
