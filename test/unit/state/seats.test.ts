import { setImmediate as turn } from 'node:timers/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AppError, hasCode } from '../../../lib/errors.ts';
import type { Seats } from '../../../lib/ports/seats.ts';
import { openSeats } from '../../../lib/state/seats.ts';
import { MemoryTables } from '../../properties/memory-tables.ts';

async function open(step: (what: string) => Promise<void> = async () => {}) {
  let requests = 0;
  const tables = new MemoryTables({
    step: async (what) => {
      if (!what.startsWith('wrote')) requests += 1;
      await step(what);
    },
  });
  await tables.ensure(['links']);
  const rows = (entitlement = '') =>
    tables
      .rows('links')
      .filter(({ rowKey }) => rowKey.includes(':u:') && rowKey.includes(entitlement));
  const cost = async <T>(work: () => Promise<T>): Promise<[T, number]> => {
    const before = requests;
    const value = await work();
    return [value, requests - before];
  };
  const opening = () => openSeats(tables.table('links'));
  return { seats: opening(), other: opening(), rows, cost };
}

const people = (count: number, from = 0) =>
  Array.from({ length: count }, (_, n) => `u${String(n + from).padStart(5, '0')}`);

describe('seats', () => {
  it('are taken in order until there are none, and kept', async () => {
    const { seats } = await open();
    expect(await seats.take('one', 'pro', 3, ['a', 'b/', 'a'])).toEqual(new Set(['a', 'b/']));
    expect(await seats.take('one', 'pro', 3, ['c', 'd', 'a'])).toEqual(new Set(['c', 'a']));
    expect(await seats.take('one', 'pro', 3, ['d', 'b/'])).toEqual(new Set(['b/']));
    expect(await seats.count('one', 'pro')).toBe(3);
    expect(await seats.take('one', 'pro', 3, [])).toEqual(new Set());
  });

  it('are given back, by whom has one', async () => {
    const { seats } = await open();
    await seats.give('one', 'pro', ['nobody']);
    await seats.take('one', 'pro', 2, ['a', 'b']);
    await seats.give('one', 'pro', ['a', 'a', 'nobody']);
    await seats.give('one', 'pro', ['a']);
    expect(await seats.count('one', 'pro')).toBe(1);
    expect(await seats.take('one', 'pro', 2, ['c', 'd'])).toEqual(new Set(['c']));
    await seats.give('one', 'pro', ['b', 'c']);
    expect(await seats.count('one', 'pro')).toBe(0);
  });

  it('that were lowered are lost by nobody, and given to nobody until there are fewer', async () => {
    const { seats } = await open();
    const five = people(5);
    await seats.take('one', 'pro', 5, five);
    expect(await seats.take('one', 'pro', 2, [...five, 'new'])).toEqual(new Set(five));
    await seats.give('one', 'pro', five.slice(0, 3));
    expect(await seats.take('one', 'pro', 2, ['new'])).toEqual(new Set());
    await seats.give('one', 'pro', five.slice(3, 4));
    expect(await seats.take('one', 'pro', 2, ['new', 'newer'])).toEqual(new Set(['new']));
    expect(await seats.take('one', 'pro', 0, ['new', 'newer'])).toEqual(new Set(['new']));
  });

  it('are of one entitlement of one connection', async () => {
    const { seats } = await open();
    for (const name of ['pro', 'Pro', 'a/b#?', ''])
      expect(await seats.take('one', name, 1, ['a'])).toEqual(new Set(['a']));
    expect(await seats.take('two', 'pro', 1, ['b'])).toEqual(new Set(['b']));
    expect(await seats.count('one', 'other')).toBe(0);
  });

  it('of many are taken at once, by those who have none', async () => {
    const { seats, other } = await open();
    await other.take('one', 'pro', 500, people(10, 150));
    expect(await seats.take('one', 'pro', 250, people(300))).toEqual(new Set(people(250)));
    expect(await seats.count('one', 'pro')).toBe(250);
    expect((await other.take('one', 'pro', 250, people(300, 200))).size).toBe(50);
    await other.give('one', 'pro', people(300));
    expect(await seats.count('one', 'pro')).toBe(0);
  });

  it('cost what they should', async () => {
    const { seats, cost } = await open();
    const all = people(1_000);
    const of = async (work: () => Promise<unknown>) => (await cost(work))[1];
    expect(await of(() => seats.take('one', 'pro', 1_001, ['first']))).toBe(2);
    expect(await of(() => seats.take('one', 'pro', 1_001, ['first']))).toBe(1);
    expect(await of(() => seats.take('one', 'pro', 1, ['full']))).toBe(1);
    // The count, and 99 a transaction.
    expect(await of(() => seats.take('one', 'pro', 1_001, all))).toBe(1 + 11);
    // The count, which says that all are taken, and a look at who has one: 12 a query.
    expect(await of(() => seats.take('one', 'pro', 1_001, all))).toBe(1 + 84);
    // Where there are more, a try that meets a holder is between the two.
    expect(await of(() => seats.take('one', 'pro', 2_000, all))).toBe(1 + 1 + 84);
    expect(await of(() => seats.give('one', 'pro', all.slice(0, 11)))).toBe(2);
    expect(await of(() => seats.count('one', 'pro'))).toBe(1);
    expect(await of(() => seats.take('one', 'pro', 1, []))).toBe(0);
    expect(await of(() => seats.give('one', 'pro', []))).toBe(0);
  });

  it('go on where the tables fail, and where an answer is lost', async () => {
    const failures = new Set<string>();
    const { seats, rows } = await open(async (what) => {
      if (failures.delete(what)) throw new AppError('unavailable', 'the tables do not answer');
    });
    for (const what of ['getMany links', 'write links', 'wrote links']) {
      failures.add(what);
      await expect(seats.take('one', 'pro', 2, ['a', 'b'])).rejects.toMatchObject({
        code: 'unavailable',
      });
    }
    expect(await seats.take('one', 'pro', 2, ['a', 'b', 'c'])).toEqual(new Set(['a', 'b']));
    failures.add('wrote links');
    await expect(seats.give('one', 'pro', ['a'])).rejects.toMatchObject({ code: 'unavailable' });
    await seats.give('one', 'pro', ['a']);
    expect([await seats.count('one', 'pro'), rows().length]).toEqual([1, 1]);
  });

  it('are given up where others are always first', async () => {
    const { seats } = await open(async (what) => {
      if (what === 'write links') throw new AppError('state-changed', 'somebody else was first');
    });
    const busy = { code: 'unavailable' };
    await expect(seats.take('one', 'pro', 2, ['a'])).rejects.toMatchObject(busy);
    expect(await seats.count('one', 'pro')).toBe(0);
  });

  it('wait for each other within a process, entitlement by entitlement', async () => {
    let atOnce = 0;
    let most = 0;
    const { seats, cost } = await open(async (what) => {
      if (what === 'write links') atOnce += 1;
      most = Math.max(most, atOnce);
      await turn();
      if (what === 'wrote links') atOnce -= 1;
    });
    const [, requests] = await cost(() =>
      Promise.all(people(16).map((holder) => seats.take('one', 'pro', 10, [holder]))),
    );
    expect([most, requests, await seats.count('one', 'pro')]).toEqual([1, 16 + 10, 10]);
    await Promise.all(['a', 'b'].map((name) => seats.take('one', name, 1, ['x'])));
    expect(most).toBe(2);
  });
});

/** The entitlement's seats never grow, but may be lowered on the way. */
const SEATS = 4;
const KEEPERS = ['k0', 'k1', 'k2'];
const OTHERS = ['o0', 'o1', 'o2', 'o3', 'o4'];

interface Move {
  readonly act: 'take' | 'give';
  readonly holders: readonly string[];
  readonly seats: number;
}

const moves = fc.array(
  fc.oneof(
    fc.record({
      act: fc.constant('take' as const),
      holders: fc.subarray([...KEEPERS, ...OTHERS]),
      seats: fc.oneof(
        { weight: 3, arbitrary: fc.constant(SEATS) },
        { weight: 1, arbitrary: fc.nat(SEATS) },
      ),
    }),
    fc.record({
      act: fc.constant('give' as const),
      holders: fc.subarray(OTHERS),
      seats: fc.constant(SEATS),
    }),
  ),
  { minLength: 1, maxLength: 6 },
);

describe('two processes that take and give at the same time', () => {
  it('never hold more seats than there are, and count those that are held', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.scheduler(),
        fc.tuple(moves, moves),
        fc.infiniteStream(fc.nat(11)),
        async (scheduler, [mine, theirs], chance) => {
          let isCalm = false;
          const steps = async (what: string) => {
            if (isCalm) return;
            await scheduler.schedule(Promise.resolve(), what);
            if (chance.next().value === 0) throw new AppError('unavailable', 'no answer');
          };
          const { seats, other, rows } = await open(steps);
          const kept = new Set<string>();
          const live = (own: Seats, all: readonly Move[]) =>
            make(own, all, (holder) => {
              if (KEEPERS.includes(holder)) kept.add(holder);
              expect(rows().length).toBeLessThanOrEqual(SEATS);
            });
          const lives = Promise.all([live(seats, mine), live(other, theirs)]);
          await scheduler.waitFor(lives);
          isCalm = true;

          expect(await seats.count('one', 'pro')).toBe(rows().length);
          expect(rows().length).toBeLessThanOrEqual(SEATS);
          // Who was told to have one and never gave it back has a row.
          for (const holder of kept) expect(rows(`:u:${holder}`)).toHaveLength(1);
          const all = await seats.take('one', 'pro', SEATS, [...KEEPERS, ...OTHERS]);
          expect(rows().map(({ rowKey }) => rowKey.split(':')[2])).toEqual(
            expect.arrayContaining([...all]),
          );
          expect([all.size, rows().length]).toEqual([SEATS, SEATS]);
        },
      ),
    );
  });
});

async function make(seats: Seats, all: readonly Move[], has: (holder: string) => void) {
  for (const { act, holders, seats: most } of all)
    try {
      if (act === 'give') await seats.give('one', 'pro', holders);
      else for (const holder of await seats.take('one', 'pro', most, holders)) has(holder);
    } catch (error) {
      if (!hasCode(error, 'unavailable')) throw error;
    }
}
