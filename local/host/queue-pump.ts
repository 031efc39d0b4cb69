import type { ServiceBusReceivedMessage, ServiceBusReceiver } from '@azure/service-bus';
import { describeError } from './log.ts';
import type { Pump, PumpOptions } from './session-pump.ts';

/**
 * Serves a queue without sessions as the extension does with cardinality one: up to
 * maxConcurrentCalls messages at once, their locks renewed by the SDK while they are worked on.
 */
export function startQueuePump(options: PumpOptions): Pump {
  const { client, queue, settings, handle, log } = options;
  const receiver = client.createReceiver(queue, {
    skipParsingBodyAsJson: true,
    maxAutoLockRenewalDurationInMs: settings.maxAutoLockRenewalDuration,
  });
  const settle = settleInTurn(receiver);
  const working = new Set<Promise<void>>();
  const processMessage = async (message: ServiceBusReceivedMessage): Promise<void> => {
    const outcome = handle(message).then(
      () => 'complete' as const,
      () => 'abandon' as const,
    );
    const work = outcome.then((kind) => settle(kind, message));
    working.add(work);
    await work.finally(() => working.delete(work));
  };
  // The SDK opens the link again by itself when the broker comes back.
  const subscription = receiver.subscribe(
    {
      processMessage,
      processError: async ({ error }) =>
        log({ level: 'information', message: `receiver of ${queue}`, error: describeError(error) }),
    },
    { autoCompleteMessages: false, maxConcurrentCalls: settings.maxConcurrentCalls },
  );
  return {
    stop: async () => {
      await subscription.close();
      await Promise.allSettled(working);
      await receiver.close();
    },
  };
}

type Outcome = 'complete' | 'abandon';

/**
 * Settles messages of one link so that unlike outcomes never travel together: rhea merges the
 * dispositions of neighbouring deliveries without comparing what they say, so that a completion
 * and an abandonment in one turn would lose a message.
 */
function settleInTurn(
  receiver: ServiceBusReceiver,
): (kind: Outcome, message: ServiceBusReceivedMessage) => Promise<void> {
  let current: Outcome = 'complete';
  let inFlight: Promise<unknown> = Promise.resolve();
  let previous: Promise<unknown> = Promise.resolve();
  return async (kind, message) => {
    if (kind !== current) {
      current = kind;
      previous = inFlight;
    }
    const settled = previous.then(() =>
      kind === 'complete' ? receiver.completeMessage(message) : receiver.abandonMessage(message),
    );
    inFlight = Promise.allSettled([inFlight, settled]);
    await settled;
  };
}
