import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { laneMessageSchema, pollMessageSchema } from '../../../lib/sync/messages.ts';

// Messages as builds of a version send them. They wait on the bus while a build is replaced, so that
// the next one finds them there: samples are added, never changed.

const samples = z.object({
  polls: z.array(z.looseObject({ reason: z.string() })),
  changes: z.array(z.looseObject({ kind: z.string() })),
});
const { polls, changes } = samples.parse(
  JSON.parse(readFileSync(new URL('fixtures/messages-1.json', import.meta.url), 'utf8')),
);

describe('messages of version 1', () => {
  it.each(polls)('are read whole: a poll, $reason', (message) => {
    expect(pollMessageSchema.parse(message)).toEqual(message);
  });

  it.each(changes)('are read whole: $kind to a lane', (message) => {
    expect(laneMessageSchema.parse(message)).toEqual(message);
  });

  it('are there of every kind', () => {
    const reasons = new Set(polls.map(({ reason }) => reason));
    expect(reasons).toEqual(new Set(pollMessageSchema.shape.reason.options));
    const kinds = new Set(changes.map(({ kind }) => kind));
    const known = laneMessageSchema.options.flatMap(({ shape }) => [...shape.kind.values]);
    expect(kinds).toEqual(new Set(known));
  });

  it.each([...polls, ...changes])(
    'are refused from a version that is not known yet: %#',
    (message) => {
      const newer = { ...message, v: 2 };
      expect(pollMessageSchema.safeParse(newer).success).toBe(false);
      expect(laneMessageSchema.safeParse(newer).success).toBe(false);
    },
  );

  it.each([...polls.slice(0, 1), ...changes.slice(0, 1)])('carry their cause on: %#', (message) => {
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    const schema = 'reason' in message ? pollMessageSchema : laneMessageSchema;
    const whole = { ...message, cause: { at: 1795365588000, traceparent } };
    expect(schema.parse(whole)).toEqual(whole);
    // A cause that is none is no reason to refuse a message.
    for (const cause of [
      { at: 'now' },
      { traceparent },
      'timer',
      { at: 1, traceparent: 'x'.repeat(56) },
    ])
      expect(schema.parse({ ...message, cause })).toEqual(message);
  });

  it('may carry what only a later build knows, which is passed over', () => {
    const [message] = polls;
    expect(pollMessageSchema.parse({ ...message, later: { a: 1 } })).toEqual(message);
  });
});
