/** Asks to stop: Ctrl-C, a closed terminal, `kill`. */
export interface StopSignal {
  readonly signal: AbortSignal;
  /** What was sent to stop it, once something was. */
  readonly received: () => NodeJS.Signals | undefined;
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
/** As shells report a program that ended by SIGINT. */
const INTERRUPTED = 130;
/** One Ctrl-C can reach a process twice: from the terminal, and from npm, which passes it on. */
const SAME_PRESS_MS = 500;

/**
 * Listens for signals that ask to stop. The second one ends this process at once; its children end
 * by themselves when it is gone.
 */
export function listenForStop(): StopSignal {
  const controller = new AbortController();
  let received: NodeJS.Signals | undefined;
  let receivedAt = 0;
  const stop = (name: NodeJS.Signals): void => {
    if (received !== undefined && Date.now() - receivedAt < SAME_PRESS_MS) return;
    if (received !== undefined) process.exit(INTERRUPTED);
    received = name;
    receivedAt = Date.now();
    controller.abort();
  };
  for (const name of SIGNALS) process.on(name, stop);
  return { signal: controller.signal, received: () => received };
}
