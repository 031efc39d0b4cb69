import { expect, it } from 'vitest';
import { heldKeys } from './administrator.ts';
import { differencesFromTenant } from './differences.ts';
import { holdings } from './holdings.ts';
import { wipe } from './wipe.ts';
import { World } from './world.ts';

const USERS = 5_600;
const LOST = 5_000;

/** No chance, no faults: size alone is what this is about. */
const HISTORY = {
  what: 'delete users',
  users: USERS,
  groups: 0,
  workers: 1,
  share: (100 * LOST) / USERS,
  by: 'delta',
  faults: [],
  named: 1,
  chance: numbers(),
} as const;

/** The same large numbers every time (a linear congruential generator). */
function* numbers(): Generator<number, never> {
  for (let n = 1; ; ) {
    n = (n * 1_103_515_245 + 12_345) % 2 ** 30;
    yield n;
  }
}

it('holds 5,000 removals of one delta, and lets everything else go on', async () => {
  const world = new World(HISTORY);
  await world.connect();
  for (let n = 0; n < USERS; n += 1) world.tenant.addUser();
  world.tenant.keep();
  await world.pollAfter(1);
  expect(await differencesFromTenant(world)).toEqual([]);
  const before = await holdings(world, 'delete users');
  expect(before.size).toBe(USERS);
  const { victims } = wipe(world.tenant, HISTORY);
  const comer = world.tenant.addUser();
  world.tenant.keep();
  await world.pollAfter(180);
  const after = await holdings(world, 'delete users');
  expect(after).toEqual(new Set([...before, comer.id]));
  expect(victims.length).toBeGreaterThanOrEqual(LOST);
  expect(heldKeys(world)).toHaveLength(victims.length);
}, 180_000);
