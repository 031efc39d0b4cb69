import { randomUUID } from 'node:crypto';
import type { TokenCredential } from '@azure/identity';
import {
  ServiceBusClient,
  type ServiceBusMessage,
  type ServiceBusMessageBatch,
  type ServiceBusSender,
} from '@azure/service-bus';
import { AppError } from '../errors.ts';
import type { Bus, Outgoing } from '../ports/platform.ts';
import { translated } from './bus-errors.ts';
import { collectDeadLetters } from './dead-letters.ts';
import { telemetry } from './telemetry.ts';
import { currentCause } from './tracing.ts';

/** How to reach Service Bus: by connection string, or by identity. */
export type BusConfig =
  | { readonly connectionString: string }
  | { readonly fullyQualifiedNamespace: string; readonly credential: TokenCredential };

/**
 * The SDK would wait 30 s before its first retry, and a minute for the answer to a message that went
 * out on a connection just lost.
 */
const RETRY = {
  maxRetries: 3,
  retryDelayInMs: 200,
  maxRetryDelayInMs: 5_000,
  timeoutInMs: 10_000,
};

/** A link is attached by then, and a letter that is there comes at once. */
const DEAD_LETTER_WAIT_MS = 1_000;

/** With large messages switched on a link tells 100 MB, but a batch stays at 1 MB (Azure docs: quotas). */
const MOST_BATCH_BYTES = 1_048_576;

/** The connection to the bus. */
interface Link {
  /**
   * Whether messages could be sent to these queues; none is.
   * @throws AppError `unavailable`
   */
  reach(queues: readonly string[]): Promise<void>;
  close(): Promise<void>;
}

/**
 * Opens the bus; nothing is sent before the first message. `send` packs the messages of one call
 * into batches in their order, so that the messages of a session keep theirs. When it throws, some
 * of them may have been sent.
 * `send` throws AppError `bad-request` when a message is too large for the bus (none has been sent
 * then), `unavailable` for whatever else goes wrong.
 */
export function openBus(config: BusConfig): Bus & Link {
  const client =
    'connectionString' in config
      ? new ServiceBusClient(config.connectionString, { retryOptions: RETRY })
      : new ServiceBusClient(config.fullyQualifiedNamespace, config.credential, {
          retryOptions: RETRY,
        });
  const senders = new Map<string, ServiceBusSender>();
  const senderOf = (queue: string) => {
    const sender = senders.get(queue) ?? client.createSender(queue);
    senders.set(queue, sender);
    return sender;
  };
  return {
    send: async (queue, messages) => {
      if (messages.length === 0) return;
      const sender = senderOf(queue);
      for (const batch of await translated(() => pack(sender, messages))) {
        await translated(() => sender.sendMessages(batch));
        telemetry.count('bus.messages', batch.count);
      }
    },
    collectDeadLetters: (queue, most, take) =>
      collectDeadLetters(client, { queue, most, waitMilliseconds: DEAD_LETTER_WAIT_MS }, take),
    reach: async (queues) => {
      for (const queue of queues) await translated(() => newBatch(senderOf(queue)));
    },
    close: () => client.close(),
  };
}

async function pack(sender: ServiceBusSender, messages: readonly Outgoing[]) {
  let batch = await newBatch(sender);
  const batches = [batch];
  for (const outgoing of messages) {
    const message = toMessage(outgoing);
    if (batch.tryAddMessage(message)) continue;
    if (batch.count > 0) {
      batch = await newBatch(sender);
      batches.push(batch);
      if (batch.tryAddMessage(message)) continue;
    }
    throw new AppError('bad-request', `a message is larger than ${batch.maxSizeInBytes} bytes`);
  }
  return batches;
}

async function newBatch(sender: ServiceBusSender): Promise<ServiceBusMessageBatch> {
  const batch = await sender.createMessageBatch();
  return batch.maxSizeInBytes > MOST_BATCH_BYTES
    ? sender.createMessageBatch({ maxSizeInBytes: MOST_BATCH_BYTES })
    : batch;
}

function toMessage({ session, body, delaySeconds }: Outgoing): ServiceBusMessage {
  return {
    sessionId: session,
    messageId: randomUUID(),
    contentType: 'application/json',
    body: withCause(body),
    ...(delaySeconds !== undefined && {
      scheduledEnqueueTimeUtc: new Date(Date.now() + delaySeconds * 1_000),
    }),
  };
}

/** Readers that know nothing of causes pass over it (docs/decisions/0027). */
function withCause(body: unknown): unknown {
  const cause = currentCause();
  if (cause === undefined || typeof body !== 'object' || body === null) return body;
  return { ...body, cause };
}
