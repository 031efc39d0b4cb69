import { isUtf8 } from 'node:buffer';
import type {
  ServiceBusClient,
  ServiceBusReceivedMessage,
  ServiceBusReceiver,
} from '@azure/service-bus';
import type { DeadLetter } from '../ports/platform.ts';
import { translated } from './bus-errors.ts';

/** What to collect. */
export interface WantedLetters {
  readonly queue: DeadLetter['queue'];
  /** No more than so many. */
  readonly most: number;
  /** How long to wait for a letter where there is none (any more). */
  readonly waitMilliseconds: number;
}

type Take = (letter: DeadLetter) => Promise<void>;

/** Letters locked at a time: a minute's lock must last until the last of them is handled. */
const PIECE = 25;

const REASON_CHARACTERS = 200;

/**
 * Receives dead letters of a queue, hands one after the other to `take`, and completes each only
 * after that: what is not completed stays, and comes again. When `take` throws, that letter and the
 * ones behind it are given back at once, and its error is thrown.
 * @returns how many were taken and completed
 * @throws AppError `unavailable` when the bus cannot be reached or a lock was lost
 */
export async function collectDeadLetters(
  client: ServiceBusClient,
  wanted: WantedLetters,
  take: Take,
): Promise<number> {
  const { queue, most, waitMilliseconds: maxWaitTimeInMs } = wanted;
  // A dead-letter queue has no sessions, whatever its queue has. Its locks are not renewed: the
  // SDK's renewal cannot be closed after a message without an id.
  const receiver = client.createReceiver(queue, {
    subQueueType: 'deadLetter',
    receiveMode: 'peekLock',
    maxAutoLockRenewalDurationInMs: 0,
    skipParsingBodyAsJson: true,
  });
  try {
    let collected = 0;
    while (collected < most) {
      const asked = Math.min(PIECE, most - collected);
      const piece = await translated(() => receiver.receiveMessages(asked, { maxWaitTimeInMs }));
      if (piece.length === 0) break;
      await handOver(receiver, piece, (message) => take(toDeadLetter(queue, message)));
      collected += piece.length;
    }
    return collected;
  } finally {
    // The letters are settled; what closing says about a lost connection changes nothing.
    await receiver.close().catch(() => {});
  }
}

/**
 * Settles one message at a time: the AMQP library joins neighbouring settlements into one, without
 * looking whether they say the same.
 */
async function handOver(
  receiver: ServiceBusReceiver,
  messages: readonly ServiceBusReceivedMessage[],
  take: (message: ServiceBusReceivedMessage) => Promise<void>,
): Promise<void> {
  for (const [index, message] of messages.entries()) {
    try {
      await take(message);
      await translated(() => receiver.completeMessage(message));
    } catch (error) {
      await giveBack(receiver, messages.slice(index));
      throw error;
    }
  }
}

/** Where that fails, their locks run out. */
async function giveBack(
  receiver: ServiceBusReceiver,
  messages: readonly ServiceBusReceivedMessage[],
): Promise<void> {
  try {
    for (const message of messages) await receiver.abandonMessage(message);
  } catch {
    // What went wrong before is what the caller has to know.
  }
}

function toDeadLetter(queue: DeadLetter['queue'], message: ServiceBusReceivedMessage): DeadLetter {
  return {
    queue,
    sessionId: message.sessionId ?? '',
    body: bodyOf(message.body),
    reason: reasonOf(message),
    deadAt: message.enqueuedTimeUtc?.getTime() ?? Date.now(),
  };
}

/** Bytes (AMQP data) as they were sent where they are JSON; other AMQP bodies are values. */
function bodyOf(body: unknown): string {
  if (!(body instanceof Uint8Array)) return JSON.stringify(body ?? null);
  const bytes = Buffer.from(body);
  if (!isUtf8(bytes)) return bytes.toString('base64');
  const text = bytes.toString();
  return isJson(text) ? text : JSON.stringify(text);
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function reasonOf({ deadLetterReason, deadLetterErrorDescription }: ServiceBusReceivedMessage) {
  const told = [deadLetterReason, deadLetterErrorDescription].filter(Boolean).join(': ');
  const line = told.replaceAll(/\s+/gu, ' ').slice(0, REASON_CHARACTERS).toWellFormed();
  return line || 'the bus gives no reason';
}
