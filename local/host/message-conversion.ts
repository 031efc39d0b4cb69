import { isUtf8 } from 'node:buffer';
import type { ServiceBusReceivedMessage } from '@azure/service-bus';
import type { RpcTypedData } from './core-types.ts';
import type { TriggerData } from './invoker.ts';

/** .NET's DateTimeOffset.MaxValue, which the extension tells where a message does not expire. */
const NEVER = '9999-12-31T23:59:59.9999999';

/**
 * What the Service Bus extension passes on for one message: the body as text where it is UTF-8, and
 * the metadata of single dispatch. Absent values are left out, delivery counts begin at 1 (the SDK
 * for JavaScript begins at 0), and numbers, dates and objects travel as JSON. The message must have
 * been received with `skipParsingBodyAsJson`.
 */
export function toTriggerData(message: ServiceBusReceivedMessage): TriggerData {
  return { data: toBody(message.body), metadata: toMetadata(message) };
}

function toBody(body: unknown): RpcTypedData {
  if (typeof body === 'string') return { string: body };
  if (body instanceof Uint8Array) {
    return isUtf8(body) ? { string: Buffer.from(body).toString('utf8') } : { bytes: body };
  }
  return { string: JSON.stringify(body ?? null) };
}

function toMetadata(message: ServiceBusReceivedMessage): Record<string, RpcTypedData> {
  const properties = message.applicationProperties ?? {};
  const enqueued = message.enqueuedTimeUtc?.toISOString();
  const texts = {
    MessageId: message.messageId,
    LockToken: message.lockToken,
    SessionId: message.sessionId,
    CorrelationId: message.correlationId,
    ContentType: message.contentType,
    Subject: message.subject,
    Label: message.subject,
    To: message.to,
    ReplyTo: message.replyTo,
    ReplyToSessionId: message.replyToSessionId,
    PartitionKey: message.partitionKey,
    DeadLetterSource: message.deadLetterSource,
  };
  const values = {
    DeliveryCount: (message.deliveryCount ?? 0) + 1,
    SequenceNumber: message.sequenceNumber?.toNumber(),
    EnqueuedTimeUtc: enqueued,
    EnqueuedTime: enqueued?.replace('Z', '+00:00'),
    ExpiresAtUtc: message.expiresAtUtc?.toISOString() ?? NEVER,
    ExpiresAt: message.expiresAtUtc?.toISOString().replace('Z', '+00:00') ?? `${NEVER}+00:00`,
    ApplicationProperties: properties,
    UserProperties: properties,
  };
  const metadata: Record<string, RpcTypedData> = {};
  for (const [key, text] of Object.entries(texts)) {
    if (text !== undefined && text !== null) metadata[key] = toText(String(text));
  }
  for (const [key, value] of Object.entries(values)) {
    if (value !== undefined) metadata[key] = { json: JSON.stringify(value) };
  }
  return metadata;
}

/**
 * The library tries to parse every string as JSON and keeps it where that fails. Failing costs more
 * than all else here, so that a string that cannot be JSON goes quoted, with the same result.
 */
function toText(text: string): RpcTypedData {
  const maybeJson = /^\s*(?:["{[]|true|false|null|-?[\d.]+(?:e[+-]?\d+)?\s*$)/i.test(text);
  return maybeJson ? { string: text } : { json: JSON.stringify(text) };
}
