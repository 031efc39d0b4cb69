import { randomUUID } from 'node:crypto';
import type { Typed } from 'rhea';
import type { MessageDraft } from '../queue/message.ts';
import { amqp, decode, described, encode, listFields, mapOf } from './codec.ts';
import type { Section } from './sections.ts';
import { SECTION, sectionsOf } from './sections.ts';

/** A message as a sender gave it. */
export interface InboundMessage extends MessageDraft {
  /** The message without what the broker writes anew at each delivery (header, annotations it owns). */
  content: Buffer;
}

/** Places in the lists of a header and of properties (AMQP 1.0 part 3, sections 3.2.1 and 3.2.4). */
const HEADER_TTL = 2;
const MESSAGE_ID = 0;
const GROUP_ID = 10;

const SCHEDULED_ENQUEUE_TIME = 'x-opt-scheduled-enqueue-time';

/** Annotations that only the broker may set. */
const OWN_ANNOTATIONS = new Set([
  'x-opt-sequence-number',
  'x-opt-enqueue-sequence-number',
  'x-opt-enqueued-time',
  'x-opt-locked-until',
  'x-opt-message-state',
]);

/** Reads an encoded message. Throws if it is malformed. */
export function readMessage(bytes: Buffer): InboundMessage {
  const sections = sectionsOf(bytes);
  const header = find(sections, SECTION.header);
  const annotations = annotationsOf(find(sections, SECTION.messageAnnotations));
  const properties = propertiesOf(find(sections, SECTION.properties));
  const rest = sections.filter(({ code }) => code > SECTION.properties);
  const scheduled = annotations[SCHEDULED_ENQUEUE_TIME];
  return {
    sessionId: properties.sessionId,
    ttlMilliseconds: header === undefined ? undefined : numberAt(listFields(header), HEADER_TTL),
    dueAt: scheduled instanceof Date ? scheduled.getTime() : undefined,
    content: Buffer.concat([
      encodeAnnotations(annotations),
      properties.section,
      ...rest.map((section) => section.bytes),
    ]),
  };
}

/** Reads a batch: an envelope whose data sections are encoded messages. Throws if it is malformed. */
export function readBatch(bytes: Buffer): InboundMessage[] {
  return sectionsOf(bytes)
    .filter(({ code }) => code === SECTION.data)
    .map((section) => {
      const message: unknown = decode(section.bytes).value;
      if (!Buffer.isBuffer(message)) throw new TypeError('a batch holds encoded messages');
      return readMessage(message);
    });
}

function find(sections: readonly Section[], code: number): Buffer | undefined {
  return sections.find((section) => section.code === code)?.bytes;
}

function annotationsOf(section: Buffer | undefined): Record<string, unknown> {
  if (section === undefined) return {};
  const own = Object.entries(mapOf(section)).filter(([name]) => !OWN_ANNOTATIONS.has(name));
  return Object.fromEntries(own);
}

function encodeAnnotations(annotations: Record<string, unknown>): Buffer {
  if (Object.keys(annotations).length === 0) return Buffer.alloc(0);
  return encode([described(SECTION.messageAnnotations, amqp.wrap_symbolic_map(annotations))]);
}

/**
 * The session id, and the properties with a message id: clients rely on one, and the JavaScript
 * client cannot even close a receiver that holds a message without.
 */
function propertiesOf(section: Buffer | undefined): { section: Buffer; sessionId?: string } {
  const fields = section === undefined ? [] : listFields(section);
  const sessionId: unknown = fields[GROUP_ID]?.value;
  const session = typeof sessionId === 'string' ? { sessionId } : {};
  const messageId: unknown = fields[MESSAGE_ID]?.value;
  if (section !== undefined && messageId !== undefined && messageId !== null) {
    return { section, ...session };
  }
  fields[MESSAGE_ID] = amqp.wrap_string(randomUUID().replaceAll('-', ''));
  return { section: encode([described(SECTION.properties, amqp.wrap_list(fields))]), ...session };
}

function numberAt(fields: readonly Typed[], index: number): number | undefined {
  const value: unknown = fields[index]?.value;
  return typeof value === 'number' ? value : undefined;
}
