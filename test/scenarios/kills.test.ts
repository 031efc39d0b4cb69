import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { countersOf } from './admin-api.ts';
import type { Connected } from './connected.ts';
import { fresh } from './fresh.ts';
import { startWorld, type World } from './world.ts';

const SIZE = { users: 300, groups: 40, memberships: 1_500 };
const PATIENCE_SECONDS = 90;

let world: World;

beforeAll(async () => {
  // A poll that dies between saving a phase and telling the lanes leaves that to the timer's poll.
  world = await startWorld({
    ...SIZE,
    empty: true,
    own: { onDisk: true, pollSchedule: '*/5 * * * * *' },
  });
});
afterAll(() => world?.stop());

/** The same moments for the same seed (mulberry32). */
function chances(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Strikes at random moments of a run for as long as it is open. @returns how often */
async function strikeDuring(
  connected: Connected,
  strikes: readonly (() => Promise<void>)[],
  atMostMs: number,
): Promise<number> {
  const seed = Number(process.env.KILL_SEED ?? Date.now() % 1_000_000);
  console.info(`${connected.connectionId}: KILL_SEED=${seed}`);
  const chance = chances(seed);
  await world.until(async () => (await connected.status()).currentRun !== null);
  let struck = 0;
  for (const strike of strikes) {
    await new Promise((resolve) => setTimeout(resolve, chance() * atMostMs));
    if ((await connected.status()).lastRun) break;
    await strike();
    struck += 1;
  }
  return struck;
}

/** How much of the tenant takes part: devices are members of groups too, but no entries. */
async function takingPart() {
  const dump = await world.tenant.dump();
  const members = dump.flatMap((object) => object.members);
  const memberships = members.filter(({ kind }) => kind === 'user' || kind === 'group').length;
  return { users: SIZE.users, groups: SIZE.groups, memberships };
}

async function expectWholeImport(connected: Connected): Promise<void> {
  const run = await connected.runEnded(PATIENCE_SECONDS);
  const size = await takingPart();
  expect(run).toMatchObject({ kind: 'initial', state: 'completed' });
  expect(countersOf(run)).toMatchObject({
    users: { created: size.users },
    groups: { created: size.groups },
    memberships: { created: size.memberships },
  });
  for (const counts of Object.values(run.counters))
    expect(counts).toMatchObject({ updated: 0, deactivated: 0, deleted: 0, failed: 0 });
  await connected.expectInStep();
  expect((await connected.status()).inStep).toEqual(size);
  const { users, groups } = size;
  expect(await connected.app.counts()).toEqual({ users, groups });
  expect(await connected.round()).toEqual({});
}

const killWorker = async () => {
  await world.azure.killWorker();
  await world.azure.startWorker();
};
const killBroker = () => world.azure.restartBroker({ kill: true });

describe('an initial run', { timeout: PATIENCE_SECONDS * 1_000 }, () => {
  it('survives kill -9 of the worker', async () => {
    await world.switchSync(true);
    const struck = await strikeDuring(world, Array(3).fill(killWorker), 1_200);
    expect(struck).toBeGreaterThan(0);
    await expectWholeImport(world);
  });

  it('survives kill -9 of the broker', async () => {
    const connected = await world.another(fresh('broker'));
    await connected.switchSync(true);
    const struck = await strikeDuring(connected, Array(2).fill(killBroker), 1_200);
    expect(struck).toBeGreaterThan(0);
    await expectWholeImport(connected);
  });

  it('survives kill -9 of the worker and the broker', async () => {
    const connected = await world.another(fresh('both'));
    await connected.switchSync(true);
    const both = async () => {
      await Promise.all([world.azure.killWorker(), killBroker()]);
      await world.azure.startWorker();
    };
    const struck = await strikeDuring(connected, [both], 1_200);
    expect(struck).toBeGreaterThan(0);
    await expectWholeImport(connected);
  });

  it('is done by two workers, one of which is killed', async () => {
    await world.azure.startWorker();
    const connected = await world.another(fresh('two-workers'));
    await connected.switchSync(true);
    const killSecond = () => world.azure.killWorker(1);
    expect(await strikeDuring(connected, [killSecond], 1_200)).toBe(1);
    await expectWholeImport(connected);
  });
});
