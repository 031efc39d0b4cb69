import { describe, expect, it } from 'vitest';
import { openHostedResources } from '../../../../lib/app/hosted/hosted-resources.ts';
import { DIRECTORY_TABLE, MEMBERS_TABLE, openShard } from '../../../../lib/app/hosted/shard.ts';
import { MemoryTables } from '../../../properties/memory-tables.ts';

/** A directory of users, whose ids are told in their order. */
async function directoryOf(users: number, pageRows = 1_000) {
  let isOver = false;
  const tables = new MemoryTables({
    pageRows: () => pageRows,
    step: async (what) => {
      if (isOver && what === `range ${MEMBERS_TABLE}`) throw new Error('the process ends here');
    },
  });
  await tables.ensure([DIRECTORY_TABLE, MEMBERS_TABLE]);
  const store = openHostedResources(openShard(tables, 'c'));
  const ids: string[] = [];
  for (let n = 0; n < users; n += 1) {
    const written = await store.create('user', { userName: `u${n}` }, 'app');
    if (written.ok) ids.push(written.stored.id);
  }
  const breakOff = async (id: string) => {
    isOver = true;
    await expect(store.remove('user', id, 'app')).rejects.toThrow('ends here');
    isOver = false;
  };
  return { store, ids: ids.toSorted(), breakOff };
}

describe('a page of resources', () => {
  it.each([1, 2, 3, 10])(
    'is as long as asked for where the service gives %s rows',
    async (rows) => {
      const { store, ids } = await directoryOf(7, rows);
      const found: string[][] = [];
      for (let from: string | undefined, isLast = false; !isLast; isLast = from === undefined) {
        const page = await store.list('user', from, 3);
        found.push(page.resources.map(({ id }) => id));
        from = page.next;
      }
      expect(found).toEqual([ids.slice(0, 3), ids.slice(3, 6), ids.slice(6)]);
    },
  );

  it('leaves out an entry whose removal broke off', async () => {
    const { store, ids, breakOff } = await directoryOf(4);
    await breakOff(ids[1] ?? '');
    const first = await store.list('user', undefined, 2);
    expect(first.resources.map(({ id }) => id)).toEqual([ids[0]]);
    const second = await store.list('user', first.next, 2);
    expect(second.resources.map(({ id }) => id)).toEqual(ids.slice(2));
    expect(second.next).toBeUndefined();
    expect(await store.remove('user', ids[1] ?? '', 'app')).toBe('removed');
    expect(await store.count('user')).toBe(3);
  });

  it('of 1,000 that is the last is followed by an empty one', async () => {
    const { store } = await directoryOf(1_000);
    const page = await store.list('user', undefined, 1_000);
    expect(page.resources).toHaveLength(1_000);
    expect(await store.list('user', page.next, 1_000)).toEqual({ resources: [], next: undefined });
  });
});
