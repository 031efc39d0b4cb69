import { describe, expect, it } from 'vitest';
import { AppError } from '../../../../lib/errors.ts';
import { gatherWords, type Word } from '../../../../lib/flows/lanes/gather-words.ts';
import type { Outgoing } from '../../../../lib/ports/platform.ts';

/** A bus whose sendings end when they are told to. */
function slowBus() {
  const sent: (readonly Outgoing[])[] = [];
  const ends: { ok: () => void; fail: () => void }[] = [];
  const send = async (_: string, messages: readonly Outgoing[]) => {
    sent.push(messages);
    await new Promise<void>((resolve, reject) => {
      ends.push({ ok: resolve, fail: () => reject(new AppError('unavailable', 'no bus')) });
    });
  };
  const pauses: (() => void)[] = [];
  const settlings: (() => void)[] = [];
  let isSettling = false;
  /** The long pauses end when they are told to; the short ones at once, unless somebody holds them. */
  const sleep = (ms: number) =>
    new Promise<void>((resolve) => {
      if (ms > 100) pauses.push(resolve);
      else if (isSettling) settlings.push(resolve);
      else resolve();
    });
  const holdSettling = () => {
    isSettling = true;
  };
  const collectDeadLetters = async () => 0;
  const tell = gatherWords({ bus: { send, collectDeadLetters }, sleep });
  /** Lets a sending end, and the pause after it. */
  const end = (n: number) => {
    ends[n]?.ok();
    pauses[n]?.();
  };
  const fail = (n: number) => {
    ends[n]?.fail();
    pauses[n]?.();
  };
  return { sent, ends, pauses, settlings, holdSettling, tell, end, fail };
}

const word = (at: number, ids: readonly string[] = [], more: Partial<Word> = {}): Word => ({
  at,
  objects: new Map(ids.map((id) => [id, 'user'] as const)),
  isTending: false,
  isWhole: false,
  ...more,
});

const about = (connection: string, told: Word) => new Map([[connection, told]]);
const user = (id: string) => ({ id, kind: 'user' });
const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('words for connections', () => {
  it('go out at once, one message each', async () => {
    const { sent, end, tell } = slowBus();
    const told = tell(new Map([...about('a', word(1, ['x', 'y'])), ...about('b', word(1, ['x']))]));
    await settled();
    end(0);
    await told;
    const body = { v: 1, reason: 'notified', at: 1 };
    expect(sent).toEqual([
      [
        { session: 'a', body: { ...body, connectionId: 'a', objects: [user('x'), user('y')] } },
        { session: 'b', body: { ...body, connectionId: 'b', objects: [user('x')] } },
      ],
    ]);
  });

  it('that come while others are sent share a message, under the latest time', async () => {
    const { sent, end, tell } = slowBus();
    const first = tell(about('a', word(1, ['x'])));
    await settled();
    const others = [2, 4, 3].map((at) => tell(about('a', word(at, [`n${at}`]))));
    await settled();
    expect(sent).toHaveLength(1);
    end(0);
    await first;
    await settled();
    end(1);
    await Promise.all(others);
    expect(sent).toHaveLength(2);
    expect(sent[1]).toMatchObject([
      { body: { at: 4, objects: [user('n2'), user('n4'), user('n3')] } },
    ]);
  });

  it('that come shortly after others wait a little for more', async () => {
    const { sent, ends, pauses, end, tell } = slowBus();
    const first = tell(about('a', word(1, ['x'])));
    await settled();
    ends[0]?.ok();
    await first;
    const others = [tell(about('a', word(2, ['y'])))];
    await settled();
    others.push(tell(about('a', word(3, ['z']))));
    await settled();
    expect(sent).toHaveLength(1);
    pauses[0]?.();
    await settled();
    end(1);
    await Promise.all(others);
    expect(sent[1]).toMatchObject([{ body: { objects: [user('y'), user('z')] } }]);
  });

  it('wait while more come in, so that a burst is one message', async () => {
    const { sent, settlings, holdSettling, end, tell } = slowBus();
    holdSettling();
    const told = [tell(about('a', word(1, ['x'])))];
    await settled();
    told.push(tell(about('a', word(2, ['y']))));
    settlings[0]?.();
    await settled();
    expect(sent).toEqual([]);
    settlings[1]?.();
    await settled();
    end(0);
    await Promise.all(told);
    expect(sent[0]).toMatchObject([{ body: { objects: [user('x'), user('y')] } }]);
  });

  it('do not wait for the end of a storm that has none', async () => {
    const { sent, settlings, holdSettling, tell } = slowBus();
    holdSettling();
    for (let n = 0; n < 100 && sent.length === 0; n += 1) {
      void tell(about('a', word(n, [`n${n}`])));
      await settled();
      settlings.pop()?.();
      await settled();
    }
    expect(sent).toHaveLength(1);
    expect(sent[0]?.flatMap(({ body }) => Object(body).objects).length).toBeLessThan(30);
  });

  it('that cannot be sent fail for all who wait for them, and for nobody else', async () => {
    const { sent, end, fail, tell } = slowBus();
    const failing = [tell(about('a', word(1, ['x']))), tell(about('b', word(1, ['x'])))];
    const outcomes = Promise.allSettled(failing);
    await settled();
    const later = tell(about('a', word(2, ['y'])));
    fail(0);
    expect((await outcomes).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    await settled();
    end(1);
    await later;
    expect(sent[1]).toMatchObject([{ body: { objects: [user('y')] } }]);
  });

  it('are split where they name too many, and told whole beside them', async () => {
    const { sent, end, tell } = slowBus();
    const ids = Array.from({ length: 1_200 }, (_, n) => `n${n}`);
    const told = tell(about('a', word(1, ids, { isTending: true, isWhole: true })));
    await settled();
    end(0);
    await told;
    const bodies = sent.flat().map(({ body }) => body);
    expect(bodies.slice(0, 2)).toEqual([
      { v: 1, connectionId: 'a', reason: 'tend', isAsked: true },
      { v: 1, connectionId: 'a', reason: 'notified', at: 1 },
    ]);
    const named = bodies.slice(2).map((body) => Object(body).objects.length);
    expect(named).toEqual([500, 500, 200]);
  });

  it('about nobody send nothing', async () => {
    const { sent, tell } = slowBus();
    await tell(new Map());
    expect(sent).toEqual([]);
  });
});
