import { describe, expect, it } from 'vitest';
import { receiveLaneMessage, receivePoll } from '../../../lib/flows/receive.ts';
import type { Rejected } from '../../../lib/ports/sync-state.ts';

type Needs = Parameters<typeof receivePoll>[0] & Parameters<typeof receiveLaneMessage>[0];

/** What was rejected; whatever else a message would ask for is not there. */
async function rejectedOf(queue: 'polls' | 'changes', message: unknown, sessionId: string) {
  const stored: { connectionId: string; reason: string; body: string }[] = [];
  const store: Rejected['store'] = async (connectionId, { reason, body }) => {
    stored.push({ connectionId, reason, body });
  };
  const log = { info: () => {}, warn: () => {}, error: () => {} };
  const needs = { rejected: { store }, log } as unknown as Needs;
  const receive = queue === 'polls' ? receivePoll : receiveLaneMessage;
  await receive(needs, message, { sessionId });
  return stored;
}

describe('a message that cannot be read', () => {
  it.each([
    ['polls', 'world'],
    ['changes', 'world:3'],
  ] as const)('on %s is kept whole, with the version that it asks for', async (queue, session) => {
    const message = { v: 2, connectionId: 'world', reason: 'timer', kind: 'items' };
    expect(await rejectedOf(queue, message, session)).toEqual([
      {
        connectionId: 'world',
        reason: 'has version 2; this build reads up to 1',
        body: JSON.stringify(message),
      },
    ]);
  });

  it.each([
    [{ v: 1, connectionId: 'world', reason: 'no such' }, /^does not fit the schema \(reason: /],
    [{ connectionId: 'world', reason: 'timer' }, /^does not fit the schema \(v: /],
    ['text', /^does not fit the schema \(: /],
  ])('is kept with what does not fit: %j', async (message, reason) => {
    const [rejected] = await rejectedOf('polls', message, 'world');
    expect(rejected?.reason).toMatch(reason);
  });
});
