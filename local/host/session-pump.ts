import type {
  ServiceBusClient,
  ServiceBusReceivedMessage,
  ServiceBusSessionReceiver,
} from '@azure/service-bus';
import { isServiceBusError } from '@azure/service-bus';
import type { ServiceBusSettings } from './host-json.ts';
import { describeError, type Log } from './log.ts';

/** Handles one message: resolves when it is done with, rejects when it is to be redelivered. */
export type HandleMessage = (message: ServiceBusReceivedMessage) => Promise<void>;

export interface PumpOptions {
  readonly client: ServiceBusClient;
  readonly queue: string;
  readonly settings: ServiceBusSettings;
  readonly handle: HandleMessage;
  readonly log: Log;
}

/** Reads messages off a queue until it is stopped. */
export interface Pump {
  /** Receives nothing more and resolves when the messages in work are settled. */
  stop(): Promise<void>;
}

/**
 * Links that wait for a next session at the same time. One is granted in milliseconds, so that a
 * few of them fill all places quickly, where one for each place would lie idle at the broker.
 */
const WAITING_LINKS = 2;

/** Pause after an error before the queue is asked again. */
const PAUSE_AFTER_ERROR_MS = 200;

/**
 * Serves the sessions of a queue as the extension does with cardinality one: up to
 * maxConcurrentSessions at once, in each one message after the other, until the session has been
 * idle for sessionIdleTimeout.
 */
export function startSessionPump(options: PumpOptions): Pump {
  const { settings } = options;
  const stopping = new AbortController();
  const tasks = new Set<Promise<void>>();
  let open = 0;
  let waiting = 0;

  const track = (task: Promise<void>): void => {
    const tracked = task.finally(() => tasks.delete(tracked));
    tasks.add(tracked);
  };
  const fill = (): void => {
    while (
      !stopping.signal.aborted &&
      waiting < WAITING_LINKS &&
      open + waiting < settings.maxConcurrentSessions
    ) {
      waiting += 1;
      track(acceptAndServe());
    }
  };
  const acceptAndServe = async (): Promise<void> => {
    const session = await acceptNext(options, stopping.signal);
    waiting -= 1;
    if (!session) return fill();
    open += 1;
    fill();
    await serveSession(options, session, stopping.signal);
    open -= 1;
    fill();
  };
  fill();
  return {
    stop: async () => {
      stopping.abort();
      while (tasks.size > 0) await Promise.all(tasks);
    },
  };
}

/** The next free session, or undefined when there was none in time or the broker is not there. */
async function acceptNext(
  { client, queue, log }: PumpOptions,
  abortSignal: AbortSignal,
): Promise<ServiceBusSessionReceiver | undefined> {
  try {
    return await client.acceptNextSession(queue, {
      abortSignal,
      skipParsingBodyAsJson: true,
      // Renewed below, while a handler works, for as long as host.json allows for each message.
      maxAutoLockRenewalDurationInMs: 0,
    });
  } catch (error) {
    const noneInTime = isServiceBusError(error) && error.code === 'ServiceTimeout';
    if (abortSignal.aborted || noneInTime) return undefined;
    log({ level: 'information', message: `no session of ${queue}`, error: describeError(error) });
    await pause(PAUSE_AFTER_ERROR_MS, abortSignal);
    return undefined;
  }
}

async function serveSession(
  options: PumpOptions,
  session: ServiceBusSessionReceiver,
  stopping: AbortSignal,
): Promise<void> {
  const { settings, log, queue } = options;
  const lock = keepLocked(session, settings.maxAutoLockRenewalDuration);
  try {
    while (!stopping.aborted) {
      const [message] = await session.receiveMessages(1, {
        maxWaitTimeInMs: settings.sessionIdleTimeout,
        abortSignal: stopping,
      });
      if (!message) break;
      lock.messageBegins();
      await settle(session, message, options.handle(message));
    }
  } catch (error) {
    // A lost lock or connection: what was not settled is delivered again, to whoever is next.
    if (!stopping.aborted) {
      log({
        level: 'information',
        message: `session of ${queue} lost`,
        error: describeError(error),
      });
    }
  }
  lock.release();
  await session.close().catch(() => {});
}

async function settle(
  session: ServiceBusSessionReceiver,
  message: ServiceBusReceivedMessage,
  handled: Promise<void>,
): Promise<void> {
  const succeeded = await handled.then(
    () => true,
    () => false,
  );
  await (succeeded ? session.completeMessage(message) : session.abandonMessage(message));
}

/**
 * Renews the session's lock at half of its remaining time, but not for a message that has been
 * worked on for longer than `longestMs`.
 */
function keepLocked(
  session: ServiceBusSessionReceiver,
  longestMs: number,
): { messageBegins(): void; release(): void } {
  let beganAt = Date.now();
  let released = false;
  let timer: NodeJS.Timeout;
  const schedule = (): void => {
    const half = (session.sessionLockedUntilUtc.getTime() - Date.now()) / 2;
    timer = setTimeout(() => void renew(), Math.max(half, 0));
  };
  const renew = async (): Promise<void> => {
    if (Date.now() - beganAt >= longestMs) return;
    // A renewal that fails means a lost lock: settling the message will say so.
    const renewed = await session.renewSessionLock().catch(() => undefined);
    if (renewed && !released) schedule();
  };
  schedule();
  return {
    messageBegins: () => {
      beganAt = Date.now();
    },
    release: () => {
      released = true;
      clearTimeout(timer);
    },
  };
}

/** Waits, but not past the abort. */
export function pause(ms: number, abortSignal: AbortSignal): Promise<void> {
  if (abortSignal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      abortSignal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    abortSignal.addEventListener('abort', done);
  });
}
