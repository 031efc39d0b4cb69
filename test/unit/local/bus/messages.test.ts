import rhea from 'rhea';
import { describe, expect, it } from 'vitest';
import { readBatch, readMessage } from '../../../../local/bus/amqp/inbound-message.ts';
import { tagOfToken, tokenOfUuid, uuidBytes } from '../../../../local/bus/amqp/lock-token.ts';
import {
  encodeMessage,
  withApplicationProperties,
} from '../../../../local/bus/amqp/outbound-message.ts';
import { ticksOf } from '../../../../local/bus/amqp/ticks.ts';
import type { Message } from '../../../../local/bus/queue/message.ts';

const STORED: Message = {
  sequenceNumber: 7,
  sessionId: 's',
  enqueuedAt: 1000,
  dueAt: undefined,
  expiresAt: 61_000,
  state: 'active',
  deliveryCount: 2,
  lock: undefined,
};

describe('the bytes of messages', () => {
  it('reads what the queue needs, and keeps the rest as it came', () => {
    const due = new Date(5000);
    const message = {
      ttl: 60_000,
      message_id: 'm',
      group_id: 's',
      subject: 'x',
      message_annotations: {
        'x-opt-scheduled-enqueue-time': due,
        'x-opt-partition-key': 'p',
        'x-opt-sequence-number': 99,
      },
      application_properties: { a: 1 },
      body: rhea.message.data_section(Buffer.from('hello')),
    };
    const read = readMessage(rhea.message.encode(message));
    expect(read).toMatchObject({ sessionId: 's', ttlMilliseconds: 60_000, dueAt: 5000 });
    const sent = rhea.message.decode(encodeMessage(STORED, read.content, 9000));
    expect(sent).toMatchObject({
      ttl: 60_000,
      delivery_count: 2,
      message_id: 'm',
      subject: 'x',
      application_properties: { a: 1 },
      message_annotations: {
        'x-opt-sequence-number': 7,
        'x-opt-enqueued-time': new Date(1000),
        'x-opt-locked-until': new Date(9000),
        'x-opt-partition-key': 'p',
        'x-opt-scheduled-enqueue-time': due,
      },
    });
    expect(String(sent.body.content)).toBe('hello');
  });

  it('changes application properties and nothing else', () => {
    const message = { message_id: 'm', body: 'text', application_properties: { a: 1, b: 'x' } };
    const { content } = readMessage(rhea.message.encode(message));
    const changed = withApplicationProperties(content, { b: 'y', c: true, d: undefined });
    expect(rhea.message.decode(changed)).toMatchObject({
      message_id: 'm',
      body: 'text',
      application_properties: { a: 1, b: 'y', c: true },
    });
    expect(withApplicationProperties(content, {})).toBe(content);
  });

  it('opens batches', () => {
    const inner = ['a', 'b'].map((message_id) => rhea.message.encode({ message_id, body: 'text' }));
    const batch = rhea.message.encode({ body: rhea.message.data_sections(inner) });
    const ids = readBatch(batch).map(({ content }) => rhea.message.decode(content).message_id);
    expect(ids).toEqual(['a', 'b']);
  });

  it.each([
    ['cut short', rhea.message.encode({ message_id: 'm', body: 'text' }).subarray(0, -3)],
    ['no message', Buffer.from('GET / HTTP/1.1')],
  ])('refuses bytes that are %s', (_, bytes) => {
    expect(() => readMessage(bytes)).toThrow();
  });
});

describe('what .NET writes its own way', () => {
  it('turns a token into a Guid-ordered tag', () => {
    const token = '00112233-4455-6677-8899-aabbccddeeff';
    expect(tagOfToken(token).toString('hex')).toBe('33221100554477668899aabbccddeeff');
    expect(tokenOfUuid(uuidBytes(token))).toBe(token);
  });

  it('counts ticks from the year 1', () => {
    expect(ticksOf(0).readBigInt64BE()).toBe(621_355_968_000_000_000n);
  });
});
