import { expect, it } from 'vitest';
import { MemoryStore } from './memory-store.ts';
import { ask, bodyOf, openProvider } from './provider.ts';

/** A provider with so many users, every third of them with a title, and what was asked of its store. */
async function filled(users: number, groups = 0, pageRows = 1_000) {
  const steps: string[] = [];
  const store = new MemoryStore({ pageRows, step: async (what) => void steps.push(what) });
  const provider = openProvider(store);
  for (let n = 0; n < users; n += 1) {
    const title = n % 3 === 0 ? { title: 'T' } : {};
    await store.create('user', { userName: `user${n}`, active: true, ...title }, 'app');
  }
  for (let n = 0; n < groups; n += 1)
    await store.create('group', { displayName: `group${n}` }, 'app');
  steps.length = 0;
  return { provider, store, steps };
}

async function idsAt(provider: Parameters<typeof ask>[0], path: string): Promise<string[]> {
  const { Resources } = bodyOf(await ask(provider, 'GET', path));
  return Resources.map(({ id }: { id: string }) => id);
}

async function byCursor(provider: Parameters<typeof ask>[0], path: string, count: number) {
  const pages: string[][] = [];
  let cursor: string | undefined = '';
  while (cursor !== undefined) {
    const answer = await ask(provider, 'GET', `${path}cursor=${cursor}&count=${count}`);
    const { Resources, nextCursor } = bodyOf(answer);
    pages.push(Resources.map(({ id }: { id: string }) => id));
    cursor = nextCursor;
  }
  return pages;
}

it.each([
  [25, 5],
  [25, 7],
  [25, 100],
  [1, 1],
  [0, 5],
])('%i users in pages of %i by index are all of them, once', async (users, count) => {
  const { provider } = await filled(users);
  const found: string[] = [];
  for (let start = 1; start <= users + count; start += count)
    found.push(...(await idsAt(provider, `/Users?startIndex=${start}&count=${count}`)));
  expect(new Set(found).size).toBe(users);
  expect(found.length).toBe(users);
});

it.each([
  [25, 5, 1_000],
  [25, 7, 1_000],
  [25, 7, 3],
  [25, 100, 4],
  [0, 5, 1_000],
])(
  '%i users in pages of %i by cursor are all of them, once (rows by %i)',
  async (users, count, pageRows) => {
    const { provider } = await filled(users, 0, pageRows);
    const pages = await byCursor(provider, '/Users?', count);
    expect(pages.every((page) => page.length <= count)).toBe(true);
    expect(new Set(pages.flat()).size).toBe(users);
    expect(pages.flat().length).toBe(users);
  },
);

it.each(['/?', '/?filter=meta.created pr&'])(
  'users and then groups, in one listing: %s',
  async (path) => {
    const { provider } = await filled(7, 5);
    const found: string[] = [];
    for (let start = 1; start <= 13; start += 4)
      found.push(...(await idsAt(provider, `${path}startIndex=${start}&count=4`)));
    expect(new Set(found).size).toBe(12);
    const pages = await byCursor(provider, path, 4);
    expect(pages.flat()).toEqual(found);
  },
);

it('pages of what a filter finds hold all of it, once', async () => {
  const { provider } = await filled(25, 0, 4);
  const found: string[] = [];
  for (let start = 1; start <= 10; start += 2) {
    const answer = await ask(provider, 'GET', `/Users?filter=title pr&startIndex=${start}&count=2`);
    expect(bodyOf(answer).totalResults).toBe(9);
    found.push(...bodyOf(answer).Resources.map(({ id }: { id: string }) => id));
  }
  expect(new Set(found).size).toBe(9);
  expect((await byCursor(provider, '/Users?filter=title pr&', 2)).flat()).toEqual(found);
});

it('past the end there is nothing, and how many there are is still told', async () => {
  const { provider } = await filled(3);
  const { body } = await ask(provider, 'GET', '/Users?startIndex=4&count=2');
  expect(body).toMatchObject({ totalResults: 3, itemsPerPage: 0, startIndex: 4, Resources: [] });
});

it('a removal between two pages by cursor loses nobody, and shows nobody twice', async () => {
  const { provider, store } = await filled(10);
  const all = await idsAt(provider, '/Users');
  const first = bodyOf(await ask(provider, 'GET', '/Users?cursor=&count=4'));
  // One that was shown, the very last of the page, and one that is still to come.
  for (const id of [all[0], all[3], all[5]]) await store.remove('user', id ?? '', 'app');
  const rest = bodyOf(
    await ask(provider, 'GET', `/Users?cursor=${first.nextCursor}&count=10`),
  ).Resources.map(({ id }: { id: string }) => id);
  expect(rest).toEqual([all[4], ...all.slice(6)]);
});

it('a removal between two pages by index shows nobody twice', async () => {
  const { provider, store } = await filled(10);
  const all = await idsAt(provider, '/Users');
  const first = await idsAt(provider, '/Users?startIndex=1&count=4');
  await store.remove('user', all[3] ?? '', 'app');
  const second = await idsAt(provider, '/Users?startIndex=5&count=4');
  expect(first.filter((id) => second.includes(id))).toEqual([]);
});

it('the next page by index costs one reading, whatever stands before it', async () => {
  const { provider, steps } = await filled(60);
  await ask(provider, 'GET', '/Users?startIndex=1&count=10');
  await ask(provider, 'GET', '/Users?startIndex=11&count=10');
  steps.length = 0;
  await ask(provider, 'GET', '/Users?startIndex=21&count=10');
  expect(steps).toEqual(['count', 'list']);
});

it('a page by cursor ends after 5,000 that do not match, and goes on', async () => {
  const { provider, steps } = await filled(6_000);
  const filter = '/Users?filter=userName eq "x" or title eq "nobody"&';
  const first = bodyOf(await ask(provider, 'GET', `${filter}cursor=&count=5`));
  expect(first).toMatchObject({ itemsPerPage: 0, nextCursor: expect.any(String) });
  expect(steps).toEqual(['list', 'list', 'list', 'list', 'list']);
  const pages = await byCursor(provider, filter, 5);
  expect(pages).toEqual([[], []]);
});

it('a listing by index of more than 20,000 that an index does not answer is refused', async () => {
  const { provider, store } = await filled(1);
  store.count = async () => 20_001;
  const asked = ask(provider, 'GET', '/Users?filter=title pr');
  await expect(asked).rejects.toMatchObject({ status: 400, scimType: 'tooMany' });
  // What an index answers costs no more than before.
  expect(await idsAt(provider, '/Users?filter=userName eq "user0"')).toHaveLength(1);
});
