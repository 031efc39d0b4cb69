import type { Typed } from 'rhea';
import type { Message, PropertyChanges } from '../queue/message.ts';
import { amqp, described, encode, mapOf } from './codec.ts';
import type { Section } from './sections.ts';
import { SECTION, sectionsOf } from './sections.ts';

/** Codes of `x-opt-message-state` (Service Bus docs: "AMQP 1.0 protocol guide", message annotations). */
const STATE_CODES = { active: 0, deferred: 1, scheduled: 2 } as const;

/** The longest time to live that the header can say, in milliseconds. */
const MAX_TTL = 0xffffffff;

/**
 * Encodes a message for a receiver: the stored bytes behind a fresh header and annotations.
 *
 * @param lockedUntil epoch milliseconds; left out for messages that are not locked
 */
export function encodeMessage(message: Message, content: Buffer, lockedUntil?: number): Buffer {
  const annotations: Record<string, unknown> = {
    'x-opt-sequence-number': amqp.wrap_long(message.sequenceNumber),
    'x-opt-enqueued-time': amqp.wrap_timestamp(message.enqueuedAt),
    'x-opt-message-state': amqp.wrap_int(STATE_CODES[message.state]),
  };
  if (lockedUntil !== undefined) {
    annotations['x-opt-locked-until'] = amqp.wrap_timestamp(lockedUntil);
  }
  const [kept, rest] = splitAnnotations(content);
  const head = encode([
    described(SECTION.header, amqp.wrap_list(headerFields(message))),
    described(SECTION.messageAnnotations, amqp.wrap_symbolic_map({ ...kept, ...annotations })),
  ]);
  return Buffer.concat([head, rest]);
}

/** Stored bytes with further application properties, which replace those of the same name. */
export function withApplicationProperties(content: Buffer, changes: PropertyChanges): Buffer {
  const wanted = Object.entries(changes).filter(
    ([, value]) => value !== undefined && value !== null,
  );
  if (wanted.length === 0) return content;
  const sections = sectionsOf(content);
  const present = sections.find(({ code }) => code === SECTION.applicationProperties);
  const properties = {
    ...(present === undefined ? {} : mapOf(present.bytes)),
    ...Object.fromEntries(wanted),
  };
  const merged = encode([described(SECTION.applicationProperties, amqp.wrap_map(properties))]);
  const before = sections.filter(({ code }) => code < SECTION.applicationProperties);
  const after = sections.filter(({ code }) => code > SECTION.applicationProperties);
  return Buffer.concat([...before.map(bytesOf), merged, ...after.map(bytesOf)]);
}

function headerFields(message: Message): unknown[] {
  const ttl = message.expiresAt - message.enqueuedAt;
  return [
    amqp.wrap_boolean(true),
    null,
    Number.isFinite(ttl) ? amqp.wrap_uint(Math.min(Math.max(ttl, 0), MAX_TTL)) : null,
    null,
    amqp.wrap_uint(message.deliveryCount),
  ] satisfies (Typed | null)[];
}

/** The sender's own annotations, if there are any, and the bytes after them. */
function splitAnnotations(content: Buffer): [Record<string, unknown>, Buffer] {
  const first = content.readUInt8(1) === 0x53 ? content.readUInt8(2) : undefined;
  if (first !== SECTION.messageAnnotations) return [{}, content];
  const [annotations, ...rest] = sectionsOf(content);
  const kept = annotations === undefined ? {} : mapOf(annotations.bytes);
  return [kept, Buffer.concat(rest.map(bytesOf))];
}

function bytesOf(section: Section): Buffer {
  return section.bytes;
}
