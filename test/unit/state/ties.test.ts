import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { openTies } from '../../../lib/state/ties.ts';
import { laneOf } from '../../../lib/sync/lanes.ts';
import { MemoryTables } from '../../properties/memory-tables.ts';

async function open() {
  let requests = 0;
  const tables = new MemoryTables({
    step: async (what) => {
      if (!what.startsWith('wrote')) requests += 1;
    },
  });
  await tables.ensure(['links']);
  const ties = openTies(tables.table('links'));
  const cost = async <T>(work: () => Promise<T>): Promise<[T, number]> => {
    const before = requests;
    const value = await work();
    return [value, requests - before];
  };
  return { ties, cost };
}

/** Ids of one lane. */
function members(count: number, lane = 3): string[] {
  const found: string[] = [];
  while (found.length < count) {
    const id = randomUUID();
    if (laneOf(id) === lane) found.push(id);
  }
  return found;
}

const edge = (holder: string, member: string) => ({ holder, member });
const sorted = (holders: ReadonlyMap<string, readonly string[]>) =>
  new Map([...holders].map(([member, own]) => [member, own.toSorted()]));

describe('the holders of members', () => {
  it('are those of wanted edges', async () => {
    const { ties } = await open();
    const [a = '', b = '', c = '', nobody = ''] = members(4);
    await ties.wait('one', [edge('g1', a), edge('g/2', a), edge('g1', b), edge('g1', c)]);
    await ties.wait('two', [edge('g9', a)]);
    await ties.unwant('one', [edge('g1', a), edge('g1', b), edge('g3', c)]);
    expect(await ties.holdersOf('one', [c, a, nobody, b])).toEqual(
      new Map([
        [c, ['g1']],
        [a, ['g/2']],
      ]),
    );
    expect(await ties.holdersOf('one', [])).toEqual(new Map());
  });

  it('count again once they wait again, and are found by their members all the time', async () => {
    const { ties } = await open();
    const [a = ''] = members(1);
    const waiting = async () => {
      const found: string[] = [];
      for await (const page of ties.waiting('one', a)) found.push(...page.map((e) => e.holder));
      return found;
    };
    await ties.wait('one', [edge('g1', a)]);
    await ties.unwant('one', [edge('g1', a)]);
    await ties.unwant('one', [edge('g1', a)]);
    expect([await waiting(), await ties.holdersOf('one', [a])]).toEqual([['g1'], new Map()]);
    await ties.wait('one', [edge('g1', a)]);
    expect(await ties.holdersOf('one', [a])).toEqual(new Map([[a, ['g1']]]));
    await ties.unwant('one', [edge('g1', a)]);
    await ties.forget('one', [edge('g1', a), edge('g2', a)]);
    expect([await waiting(), await ties.holdersOf('one', [a])]).toEqual([[], new Map()]);
  });

  it('are not those to which nested groups pass on members, which are found all the same', async () => {
    const { ties } = await open();
    const [member = ''] = members(1);
    const waiting = async () => {
      const found: string[] = [];
      for await (const page of ties.waiting('c', member))
        found.push(...page.map(({ holder }) => holder));
      return found.sort();
    };
    const holders = async () => (await ties.holdersOf('c', [member])).get(member) ?? [];
    await ties.pass('c', [edge('above', member), edge('both/ü', member)]);
    await ties.wait('c', [edge('both/ü', member)]);
    expect([await waiting(), await holders()]).toEqual([['above', 'both/ü', 'both/ü'], ['both/ü']]);
    // Whatever comes late of the one changes nothing of the other.
    await ties.pass('c', [edge('both/ü', member)]);
    await ties.forgetPassed('c', [edge('both/ü', member), edge('never', member)]);
    expect([await waiting(), await holders()]).toEqual([['above', 'both/ü'], ['both/ü']]);
    await ties.forget('c', [edge('both/ü', member)]);
    expect([await waiting(), await holders()]).toEqual([['above'], []]);
  });

  it('are found across lanes, too', async () => {
    const { ties } = await open();
    const ids = [...members(20, 1), ...members(3, 2), ...members(20, 9)];
    await ties.wait(
      'one',
      ids.map((id) => edge(`g of ${id}`, id)),
    );
    expect(await ties.holdersOf('one', ids)).toEqual(
      new Map(ids.map((id) => [id, [`g of ${id}`]])),
    );
  });

  it('of 1,000 members with five each cost five pages, of a few a query each', async () => {
    const { ties, cost } = await open();
    const ids = members(1_000);
    const groups = Array.from({ length: 5 }, () => randomUUID()).toSorted();
    await ties.wait(
      'one',
      ids.flatMap((id) => groups.map((group) => edge(group, id))),
    );
    const [all, pages] = await cost(() => ties.holdersOf('one', ids));
    expect(sorted(all)).toEqual(new Map(ids.map((id) => [id, groups])));
    expect(pages).toBe(5);
    for (const [count, queries] of [
      [1, 1],
      [8, 8],
      [100, 5],
    ] as const)
      expect((await cost(() => ties.holdersOf('one', ids.slice(0, count))))[1]).toBe(queries);
  });

  it('of a dozen among very many cost a query each, and one that was tried', async () => {
    const { ties, cost } = await open();
    const ids = members(12).toSorted();
    const crowd = ids.flatMap((id, n) =>
      Array.from({ length: n % 4 === 1 ? 1_500 : 1 }, (_, g) => edge(`g${g}`, id)),
    );
    await ties.wait('one', crowd);
    const [found, requests] = await cost(() => ties.holdersOf('one', ids));
    expect(ids.map((id) => found.get(id)?.length)).toEqual(
      ids.map((_, n) => (n % 4 === 1 ? 1_500 : 1)),
    );
    expect(requests).toBeLessThanOrEqual(12 + 3 + 1);
  });
});
