import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { askForFullRun } from './administrator.ts';
import { askedHistories } from './asked-histories.ts';
import { differencesFromTenant, leftovers } from './differences.ts';
import { liveDangerously } from './live-dangerously.ts';
import { sameLuck } from './luck.ts';
import { type Dangers, type SafetyHistory, safetyHistories } from './safety-history.ts';
import type { World } from './world.ts';

/** Histories in all (these take longer than others), and where they begin: always the same here; a nightly run asks for others. */
const HISTORIES = askedHistories({ runs: 50, seed: 5 });

const OUTAGES = ['storeDown', 'appDown'] as const;
const LOSSES = ['loseMessage', 'cutReading'] as const;
const OF_ENTRA = ['byIdFails'] as const;
const OF_PROCESSES = ['crash', 'lose-session', 'restart-bus'] as const;

const KINDS: readonly (Dangers & { readonly name: string })[] = [
  { name: 'full runs at any time', without: [...OUTAGES, ...LOSSES, ...OF_ENTRA], faults: [] },
  { name: 'failures of Entra', without: [...OUTAGES, 'loseMessage'], faults: [] },
  { name: 'outages of the tables', without: [...LOSSES, ...OF_ENTRA], faults: [] },
  { name: 'lost messages', without: [...OUTAGES, ...OF_ENTRA, 'cutReading'], faults: [] },
  {
    name: 'processes that die and a broker that restarts',
    without: [...OUTAGES, ...LOSSES, ...OF_ENTRA],
    faults: OF_PROCESSES,
  },
  {
    // A removal that comes again after its restore is more than a replica that lags can tell.
    name: 'replicas that lag',
    without: [...OUTAGES, ...LOSSES, ...OF_ENTRA, 'replayRemoval'],
    faults: [],
    replicaLag: 2,
  },
  { name: 'everything at once', without: [], faults: OF_PROCESSES },
];

beforeAll(sameLuck);

describe('nothing is taken away without a reason, and all comes to equal the tenant, with', () => {
  it.each(KINDS)(
    '$name',
    async (dangers) => {
      const parameters = HISTORIES.share(3 * KINDS.length);
      await fc.assert(fc.asyncProperty(safetyHistories(dangers), isSafe), parameters);
    },
    600_000,
  );
});

async function isSafe(history: SafetyHistory): Promise<void> {
  const world = await liveDangerously(history);
  expect(world.watch.violations).toEqual([]);
  expect(await differencesFromTenant(world)).toEqual([]);
  expect(await leftovers(world)).toEqual([]);
  const before = writes(world);
  await world.pollAfter(180);
  expect(writes(world)).toEqual(before);
  await askForFullRun(world);
  await world.pollAfter(180);
  expect(writes(world)).toMatchObject({ directory: before.directory ?? 0 });
  expect(await differencesFromTenant(world)).toEqual([]);
  expect(world.watch.violations).toEqual([]);
}

function writes({ tables }: World): Record<string, number> {
  const { checkpoints: _, ...others } = Object.fromEntries(tables.writes);
  return others;
}
