import { expect, it } from 'vitest';
import type { Outgoing } from '../../../../lib/ports/platform.ts';
import { openWaking, type WritePoll } from '../../../../lib/scim/server/wake.ts';

function opened() {
  const clock = { time: 1_000_000, now: () => clock.time };
  const sent: { readonly at: number; readonly session: string; readonly delay: number }[] = [];
  const reasons: string[] = [];
  const bus = {
    send: async (queue: string, messages: readonly Outgoing[]) => {
      expect(queue).toBe('polls');
      for (const { session, body, delaySeconds = 0 } of messages) {
        expect(body).toMatchObject({ v: 1, connectionId: session });
        reasons.push((body as { reason: string }).reason);
        sent.push({ at: clock.time - 1_000_000, session, delay: delaySeconds });
      }
    },
    collectDeadLetters: async () => 0,
  };
  const wake = openWaking();
  return {
    clock,
    sent,
    reasons,
    bus,
    wake: (id = 'one', reason: WritePoll = 'pushed') => wake({ bus, clock }, id, reason),
  };
}

it('wakes at once', async () => {
  const { sent, wake } = opened();
  await wake();
  expect(sent).toEqual([{ at: 0, session: 'one', delay: 0 }]);
});

it('tells apart who has written, and neither waits for the other', async () => {
  const { sent, reasons, wake } = opened();
  await wake('one', 'written');
  await wake('one', 'pushed');
  expect(reasons).toEqual(['written', 'pushed']);
  expect(sent.map(({ delay }) => delay)).toEqual([0, 0]);
});

it('a burst costs a second message, which comes when it is over', async () => {
  const { clock, sent, wake } = opened();
  for (const time of [0, 10, 20, 500, 759]) {
    clock.time = 1_000_000 + time;
    await wake();
  }
  expect(sent).toEqual([
    { at: 0, session: 'one', delay: 0 },
    { at: 10, session: 'one', delay: 1 },
  ]);
});

it('no write is without a message that comes after it', async () => {
  const { clock, sent, wake } = opened();
  const writes: number[] = [];
  for (let time = 0; time < 20_000; time += 137) {
    clock.time = 1_000_000 + time;
    writes.push(time);
    await wake();
  }
  const comes = sent.map(({ at, delay }) => at + delay * 1_000);
  for (const write of writes)
    expect(comes.some((at) => at >= write && at <= write + 1_000)).toBe(true);
  // The first, and one for every three quarters of a second.
  expect(sent.length).toBeLessThanOrEqual(28);
});

it('after a pause it wakes at once again', async () => {
  const { clock, sent, wake } = opened();
  await wake();
  clock.time += 2_000;
  await wake();
  expect(sent.map(({ delay }) => delay)).toEqual([0, 0]);
});

it('connections do not share their messages', async () => {
  const { sent, wake } = opened();
  await wake('one');
  await wake('two');
  expect(sent.map(({ session, delay }) => [session, delay])).toEqual([
    ['one', 0],
    ['two', 0],
  ]);
});
