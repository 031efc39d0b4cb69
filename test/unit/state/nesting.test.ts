import { describe, expect, it } from 'vitest';
import { openNesting } from '../../../lib/state/nesting.ts';
import { openPurge } from '../../../lib/state/purge.ts';
import { openSeats } from '../../../lib/state/seats.ts';
import { MemoryTables } from '../../properties/memory-tables.ts';
import { TABLES } from '../../properties/worker.ts';

async function open() {
  const requests: string[] = [];
  const tables = new MemoryTables({
    step: async (what) => {
      if (!what.startsWith('wrote')) requests.push(what);
    },
  });
  await tables.ensure(TABLES);
  const links = tables.table('links');
  const cost = async (work: () => Promise<unknown>) => {
    const before = requests.length;
    await work();
    return requests.length - before;
  };
  return { tables, links, nesting: openNesting(links), cost };
}

const pair = (holder: string, member: string) => ({ holder, member });

describe('groups in groups', () => {
  it('are read as they were noted last', async () => {
    const { nesting } = await open();
    const there = [pair('a', 'b'), pair('a', 'c/d'), pair('b', 'c/d')];
    await nesting.note('one', { there, gone: [pair('x', 'y')] });
    await nesting.note('one', { there: [], gone: [pair('a', 'b'), pair('a', 'z')] });
    await nesting.note('two', { there: [pair('other', 'connection')], gone: [] });
    const { nested, gone, imported } = await nesting.read('one');
    expect(nested).toEqual(
      new Map([
        ['a', ['c/d']],
        ['b', ['c/d']],
      ]),
    );
    expect([gone, imported]).toEqual([new Set(), new Set()]);
    const nothing = { nested: new Map(), gone: new Set(), imported: new Set() };
    expect(await nesting.read('three')).toEqual(nothing);
  });

  it('may be noted again and again, and stay where they are both there and gone', async () => {
    const { nesting } = await open();
    const all = Array.from({ length: 250 }, (_, n) => pair('a', `m${n}`));
    for (let time = 0; time < 2; time += 1)
      await nesting.note('one', { there: [...all, ...all], gone: all.slice(0, 10) });
    expect((await nesting.read('one')).nested.get('a')).toHaveLength(250);
    for (let time = 0; time < 2; time += 1)
      await nesting.note('one', { there: [], gone: [...all.slice(1), pair('a', 'never')] });
    expect((await nesting.read('one')).nested).toEqual(new Map([['a', ['m0']]]));
  });

  it('rest while they are deleted', async () => {
    const { nesting } = await open();
    await nesting.rest('one', { resting: ['a', 'b', 'ü'], back: ['c'] });
    await nesting.rest('one', { resting: ['b'], back: ['a', 'b'] });
    await nesting.note('one', { there: [pair('a', 'b')], gone: [] });
    await nesting.save('one', { scope: ['a'] }, [], null);
    expect(await nesting.read('one')).toEqual({
      nested: new Map([['a', ['b']]]),
      gone: new Set(['b', 'ü']),
      imported: new Set(),
    });
  });

  it('are imported or not', async () => {
    const { nesting } = await open();
    await nesting.admit('one', { imported: ['a', 'b', 'ü'], others: ['c'] });
    await nesting.admit('one', { imported: ['b'], others: ['a', 'b'] });
    await nesting.admit('two', { imported: ['other'], others: [] });
    expect((await nesting.read('one')).imported).toEqual(new Set(['b', 'ü']));
  });

  it('cost a transaction for 100 pairs, and a page for all of them', async () => {
    const { nesting, cost } = await open();
    const there = Array.from({ length: 100 }, (_, n) => pair('a', `m${n}`));
    expect(await cost(() => nesting.note('one', { there: [], gone: [] }))).toBe(0);
    expect(await cost(() => nesting.note('one', { there, gone: [] }))).toBe(1);
    expect(await cost(() => nesting.read('one'))).toBe(1);
  });
});

describe('the sets of groups', () => {
  it('are saved by one at a time', async () => {
    const { nesting, links } = await open();
    const other = openNesting(links);
    const none = { sets: {}, untold: [], version: null };
    expect(await nesting.sets('one')).toEqual(none);
    const first = await nesting.save('one', { scope: ['a', 'b'] }, ['b'], null);
    expect(await nesting.sets('one')).toEqual(first);
    expect(await other.sets('one')).toEqual(first);
    const late = other.save('one', { scope: [] }, [], null);
    await expect(late).rejects.toMatchObject({ code: 'state-changed' });
    const second = await other.save('one', first.sets, [], first.version);
    expect(second).toMatchObject({ sets: { scope: ['a', 'b'] }, untold: [] });
    const stale = nesting.save('one', { scope: [] }, [], first.version);
    await expect(stale).rejects.toMatchObject({ code: 'state-changed' });
    expect(await nesting.sets('one')).toEqual(second);
    expect(await nesting.sets('two')).toEqual(none);
  });

  it('are read whole only where another has saved', async () => {
    const { nesting, links, cost } = await open();
    const other = openNesting(links);
    const sets = () => nesting.sets('one');
    expect(await cost(sets)).toBe(1);
    const { version } = await other.save('one', { scope: ['a'] }, [], null);
    expect(await cost(sets)).toBe(1);
    expect(await cost(sets)).toBe(1);
    await other.save('one', { scope: ['b'] }, [], version);
    expect(await cost(sets)).toBe(2);
    expect((await sets()).sets).toEqual({ scope: ['b'] });
    expect(await cost(() => other.sets('one'))).toBe(1);
  });

  it('are none again once their row is gone', async () => {
    const { nesting, tables } = await open();
    const { version } = await nesting.save('one', { scope: ['a'] }, [], null);
    await openPurge(tables).purge('one', () => false);
    const save = nesting.save('one', { scope: [] }, [], version);
    await expect(save).rejects.toMatchObject({ code: 'state-changed' });
    expect(await nesting.sets('one')).toEqual({ sets: {}, untold: [], version: null });
  });

  it('shrink without leaving anything of what was there', async () => {
    const { nesting, links } = await open();
    const many = Array.from({ length: 4_000 }, (_, n) => `group ${n}, which has a long id`);
    const first = await nesting.save('one', { scope: many }, many, null);
    expect(await openNesting(links).sets('one')).toEqual(first);
    const second = await nesting.save('one', { scope: ['a'] }, [], first.version);
    expect(await openNesting(links).sets('one')).toEqual(second);
  });

  it('are refused where they do not fit, with how many do', async () => {
    const { nesting } = await open();
    const hex = (n: number) => n.toString(16).padStart(12, '0');
    const ids = Array.from({ length: 50_000 }, (_, n) => `00000000-0000-4000-8000-${hex(n)}`);
    const failure = await nesting.save('one', { scope: ids }, [], null).catch((error) => error);
    expect(failure).toMatchObject({
      code: 'bad-request',
      message: expect.stringMatching(/^rules depend on 50000 groups; \d+ of them fit$/),
    });
    const most = Number(/(\d+) of them/.exec(String(failure))?.[1]);
    expect(most).toBeGreaterThan(35_000);
    expect((await nesting.sets('one')).version).toBeNull();
    await nesting.save('one', { scope: ids.slice(0, most) }, [], null);
  });

  it('of many connections are not all remembered', async () => {
    const { nesting, cost } = await open();
    const ids = Array.from({ length: 30_000 }, (_, n) => `g${n}`);
    for (let n = 0; n < 10; n += 1)
      await nesting.save(`c${n}`, { scope: ids }, [], (await nesting.sets(`c${n}`)).version);
    for (const id of ['c0', 'c9']) expect((await nesting.sets(id)).sets.scope).toHaveLength(30_000);
    expect(await cost(() => nesting.sets('c9'))).toBe(1);
  });
});

it('nothing of groups in groups, nor of seats, is left of a connection that was purged', async () => {
  const { nesting, tables, links } = await open();
  const seats = openSeats(links);
  for (const id of ['one', 'two']) {
    const there = Array.from({ length: 1_200 }, (_, n) => pair('a', `m${n}`));
    await nesting.note(id, { there, gone: [] });
    await nesting.rest(id, { resting: ['ü'], back: [] });
    await nesting.save(id, { scope: ['a'] }, [], null);
    await seats.take(id, 'pro', 3, ['u1', 'ü']);
    await seats.take(id, 'other', 3, ['u1']);
  }
  expect(await openPurge(tables).purge('one', () => false)).toBe(true);
  const left = tables.rows('links').filter((row) => row.partitionKey.startsWith('one:'));
  expect(left).toEqual([]);
  expect((await nesting.read('two')).nested.get('a')).toHaveLength(1_200);
  expect(await seats.count('two', 'pro')).toBe(2);
});
