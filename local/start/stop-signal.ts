const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
/** As shells report a program that ended by SIGINT. */
const INTERRUPTED = 130;
/** One Ctrl-C can reach a process twice: from the terminal, and from npm, which passes it on. */
const SAME_PRESS_MS = 500;

/**
 * Listens for what asks to stop: Ctrl-C, a closed terminal, `kill`. The second one ends this process at once; its children end
 * by themselves when it is gone.
 */
export function listenForStop(): AbortSignal {
  const controller = new AbortController();
  let pressedAt: number | undefined;
  const stop = (): void => {
    if (pressedAt !== undefined && Date.now() - pressedAt < SAME_PRESS_MS) return;
    if (pressedAt !== undefined) process.exit(INTERRUPTED);
    pressedAt = Date.now();
    controller.abort();
  };
  for (const name of SIGNALS) process.on(name, stop);
  return controller.signal;
}
