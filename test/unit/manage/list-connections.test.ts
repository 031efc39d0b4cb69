import { beforeEach, expect, it } from 'vitest';
import { z } from 'zod';
import type { LaneCount } from '../../../lib/sync/lane-count.ts';
import { type SettingsWorld, settingsWorld } from './settings-world.ts';

const ID = '11111111-2222-4333-8444-555555555555';
const IDS = ['a', 'a-1', 'a-10', 'a-2', 'b', 'c', 'd'];

let world: SettingsWorld;

beforeEach(async () => {
  world = await settingsWorld();
  for (const id of IDS.toReversed()) await make(id);
});

async function make(id: string): Promise<void> {
  const entra = { tenantId: ID, clientId: ID, clientSecret: 'a secret' };
  const body = { id, name: `The connection ${id}`, entra };
  expect(await world.ask('POST', '/manage/connections', { body })).toMatchObject({ status: 201 });
}

const pageSchema = z.object({
  connections: z.array(
    z.looseObject({
      id: z.string(),
      sync: z.looseObject({ pending: z.number().nullable(), lastSync: z.string().nullable() }),
    }),
  ),
  next: z.string().optional(),
});
type Page = z.infer<typeof pageSchema>;

async function pageAt(address: string): Promise<Page> {
  const { status, body } = await world.ask('GET', address);
  expect(status).toBe(200);
  return pageSchema.parse(body);
}

/** Every page from an address on, with something done between two. */
async function idsOf(address: string, between = async () => {}): Promise<string[][]> {
  const pages: string[][] = [];
  for (let at: string | undefined = address; at !== undefined; ) {
    const page: Page = await pageAt(at);
    pages.push(page.connections.map(({ id }) => id));
    at = page.next;
    await between();
  }
  return pages;
}

it.each([
  [1, IDS.map((id) => [id])],
  [3, [['a', 'a-1', 'a-10'], ['a-2', 'b', 'c'], ['d']]],
  [7, [IDS]],
  [200, [IDS]],
])('on pages of %i each stands once, in the order of ids', async (size, pages) => {
  expect(await idsOf(`/manage/connections?size=${size}`)).toEqual(pages);
});

it('a page is one of the default size where none is named', async () => {
  for (let n = 0; n < 50; n += 1) await make(`e-${n + 10}`);
  const pages = await idsOf('/manage/connections');
  expect(pages.map((page) => page.length)).toEqual([50, 7]);
  expect(pages.flat()).toEqual([...IDS, ...Array.from({ length: 50 }, (_, n) => `e-${n + 10}`)]);
});

it('what is made or removed between pages neither repeats nor hides others', async () => {
  // The one that the next page goes on from is removed; one is made before it, one behind.
  const changes = [
    async () => {
      await world.connections.remove('a-1');
      await make('a-0');
      await make('a-11');
    },
  ];
  const between = async () => changes.pop()?.();
  expect(await idsOf('/manage/connections?size=2', between)).toEqual([
    ['a', 'a-1'],
    ['a-10', 'a-11'],
    ['a-2', 'b'],
    ['c', 'd'],
  ]);
});

const COUNT: LaneCount = {
  users: 3,
  groups: 1,
  memberships: 2,
  entitlements: 0,
  pending: 4,
  at: Date.UTC(2026, 0, 1),
};

it('each shows what its own lanes have counted, on whatever page it stands', async () => {
  for (const id of ['a-1', 'a-2', 'd']) await world.checkpoints.count(id, new Map([[0, COUNT]]));
  const pages = [
    await pageAt('/manage/connections?size=4'),
    await pageAt('/manage/connections?size=4&after=a-2'),
  ];
  const counted = pages
    .flatMap(({ connections }) => connections)
    .filter(({ sync }) => sync.pending);
  expect(counted.map(({ id, sync }) => [id, sync.pending])).toEqual([
    ['a-1', 4],
    ['a-2', 4],
    ['d', 4],
  ]);
});

it('a page costs one request for connections and one for what was counted', async () => {
  world.requests.length = 0;
  await pageAt('/manage/connections?size=3&after=a');
  expect(world.requests).toEqual(['range connections', 'across checkpoints']);
});

it.each(['size=0', 'size=201', 'size=many', 'after=A%20B', `after=${'a'.repeat(41)}`])(
  'there is no page for %s',
  async (query) => {
    expect(await world.ask('GET', `/manage/connections?${query}`)).toMatchObject({ status: 400 });
  },
);
