import type {
  ServiceBusClient,
  ServiceBusReceivedMessage,
  ServiceBusSessionReceiver,
} from '@azure/service-bus';
import { isServiceBusError } from '@azure/service-bus';
import type { ServiceBusSettings } from './host-json.ts';
import { describeError, type Log } from './log.ts';
import { within } from './within.ts';

/** Handles one message: resolves when it is done with, rejects when it is to be redelivered. */
type HandleMessage = (message: ServiceBusReceivedMessage) => Promise<void>;

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

/** The broker says after ACCEPT_MS that there is no session; it is dead if it does not. */
export const ACCEPT_MS = 8_000;
const GRACE_MS = 2_000;
const SETTLE_MS = 10_000;
/** Longer than a session may be idle. */
const LONGEST_WAIT_MS = 600_000;

/** Pause after an error before the queue is asked again. */
const PAUSE_AFTER_ERROR_MS = 200;

/**
 * Serves the sessions of a queue as the extension does with cardinality one: up to
 * maxConcurrentSessions at once, in each one message after the other, until the session has been
 * idle for sessionIdleTimeout. Links that still wait for a session when it is stopped end when the
 * client is closed, because the SDK cannot call them off.
 */
export function startSessionPump(options: PumpOptions): Pump {
  const { maxConcurrentSessions } = options.settings;
  const stopping = new AbortController();
  const serving = new Set<Promise<void>>();
  let waiting = 0;

  const fill = (): void => {
    while (
      !stopping.signal.aborted &&
      waiting < WAITING_LINKS &&
      serving.size + waiting < maxConcurrentSessions
    ) {
      waiting += 1;
      void accept();
    }
  };
  const accept = async (): Promise<void> => {
    const session = await acceptNext(options, stopping.signal);
    waiting -= 1;
    if (session) serve(session);
    fill();
  };
  const serve = (session: ServiceBusSessionReceiver): void => {
    const served = serveSession(options, session, stopping.signal).then(() => {
      serving.delete(served);
      fill();
    });
    serving.add(served);
  };
  fill();
  return {
    stop: async () => {
      stopping.abort();
      await Promise.all(serving);
    },
  };
}

/** The next free session, or undefined when there was none in time or the broker is not there. */
async function acceptNext(
  { client, queue, log }: PumpOptions,
  stopping: AbortSignal,
): Promise<ServiceBusSessionReceiver | undefined> {
  const accepted = client.acceptNextSession(queue, {
    skipParsingBodyAsJson: true,
    // Renewed below, while a handler works, for as long as host.json allows for each message.
    maxAutoLockRenewalDurationInMs: 0,
  });
  try {
    return await within(ACCEPT_MS + GRACE_MS, 'accepting a session', accepted);
  } catch (error) {
    // One that is granted after all has nobody left to serve it.
    accepted.then((late) => late.close()).catch(() => {});
    const noneInTime = isServiceBusError(error) && error.code === 'ServiceTimeout';
    if (stopping.aborted || noneInTime) return undefined;
    log({ level: 'information', message: `no session of ${queue}`, error: describeError(error) });
    await pause(PAUSE_AFTER_ERROR_MS, stopping);
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
  // Called off rather than waited out: at the end of its own wait the SDK drains the link, closes it
  // where the broker takes longer than 200 ms to say that it has, and hands out all the same what
  // came meanwhile, which by then belongs to whoever takes the session next.
  const receive = async (): Promise<ServiceBusReceivedMessage | undefined> => {
    if (stopping.aborted) return undefined;
    const idle = AbortSignal.timeout(settings.sessionIdleTimeout);
    const abortSignal = AbortSignal.any([stopping, idle]);
    try {
      return (
        await session.receiveMessages(1, { maxWaitTimeInMs: LONGEST_WAIT_MS, abortSignal })
      )[0];
    } catch (error) {
      if (abortSignal.aborted) return undefined;
      throw error;
    }
  };
  try {
    let message = await receive();
    while (message) {
      lock.messageBegins();
      message = await settleAndReceive(session, message, {
        receive,
        handled: options.handle(message),
      });
    }
  } catch (error) {
    // A lost lock or connection: what was not settled is delivered again, to whoever is next.
    if (!stopping.aborted) {
      const message = `session of ${queue} lost`;
      log({ level: 'information', message, error: describeError(error) });
    }
  }
  lock.release();
  await within(SETTLE_MS, 'closing a session', session.close()).catch(() => {});
}

/**
 * Settles a message when it is handled, and receives the next one. A completion and the credit for
 * the next message travel together, which saves a round trip; an abandoned message must be back in
 * its place before the next one is asked for.
 */
async function settleAndReceive(
  session: ServiceBusSessionReceiver,
  message: ServiceBusReceivedMessage,
  work: {
    readonly handled: Promise<void>;
    readonly receive: () => Promise<ServiceBusReceivedMessage | undefined>;
  },
): Promise<ServiceBusReceivedMessage | undefined> {
  const succeeded = await work.handled.then(
    () => true,
    () => false,
  );
  if (!succeeded) {
    await within(SETTLE_MS, 'abandoning a message', session.abandonMessage(message));
    return work.receive();
  }
  // Both are awaited even if one fails: a completion in flight must not be cut by closing.
  const [completed, next] = await Promise.allSettled([
    within(SETTLE_MS, 'completing a message', session.completeMessage(message)),
    work.receive(),
  ]);
  if (completed.status === 'rejected') throw completed.reason;
  if (next.status === 'rejected') throw next.reason;
  return next.value;
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
function pause(ms: number, abortSignal: AbortSignal): Promise<void> {
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
