import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { askedHistories } from './asked-histories.ts';
import { differencesFromTenant, leftovers } from './differences.ts';
import { type History, histories, type Troubles } from './history.ts';
import { liveThrough } from './live-through.ts';
import { sameLuck } from './luck.ts';
import type { World } from './world.ts';

/** Histories in all, and where they begin: always the same here; a nightly run asks for others. */
const HISTORIES = askedHistories({ runs: 50, seed: 2 });

const KINDS: readonly (Troubles & { readonly name: string })[] = [
  { name: 'one worker and no trouble', workers: 1, faults: [] },
  { name: 'several workers', workers: 3, faults: [] },
  { name: 'a worker that crashes', workers: 1, faults: ['crash'] },
  { name: 'workers that go on without their session', workers: 3, faults: ['lose-session'] },
  { name: 'everything at once', workers: 3, faults: ['crash', 'lose-session'] },
];

beforeAll(sameLuck);

describe('whatever happens, the application comes to equal the tenant, with', () => {
  it.each(KINDS)(
    '$name',
    async (troubles) => {
      const parameters = HISTORIES.share(KINDS.length);
      await fc.assert(fc.asyncProperty(histories(troubles), converges), parameters);
    },
    600_000,
  );
});

async function converges(history: History): Promise<void> {
  const world = await liveThrough(history);
  expect(await differencesFromTenant(world)).toEqual([]);
  expect(await leftovers(world)).toEqual([]);
  const before = directoryWrites(world);
  await world.pollAfter(180);
  expect(directoryWrites(world)).toBe(before);
}

function directoryWrites({ tables }: World): number {
  return (tables.writes.get('directory') ?? 0) + (tables.writes.get('directorymembers') ?? 0);
}
