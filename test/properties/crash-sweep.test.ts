import { isDeepStrictEqual } from 'node:util';
import { describe, expect, it } from 'vitest';
import { SCENARIOS, type Scenario } from './crash-scenarios.ts';
import { Death } from './death.ts';
import { differencesFromTenant, leftovers, readApplication } from './differences.ts';
import { untold } from './histories.ts';
import type { Fault } from './history.ts';
import { TENANT_EVENTS } from './tenant-events.ts';
import { CALM } from './tenant-troubles.ts';
import { TABLES } from './worker.ts';
import { CONNECTION, World } from './world.ts';

/** Of so many moments one is tried; a nightly run tries them all. */
const STEP = Number(process.env.CRASH_STEP ?? 19);
const POLL_SECONDS = 180;
const HOUR = 3_600;

/** Pages are full, nothing is repeated, and one message is handled after the other. */
const NUMBER = 13;

/** More than two users who leave are held. */
const GUARD = { users: { count: 2, percent: 100, percentFrom: 1_000_000 } };

let imported: Promise<World> | undefined;

describe('wherever a worker dies, all ends as if it had not, with', () => {
  it.each(SCENARIOS.map(([name, scenario], n) => ({ name, scenario, from: n % STEP })))(
    '$name',
    async ({ scenario, from }) => {
      const { death, world } = await live(scenario, Number.POSITIVE_INFINITY);
      expect(await problemsOf(world)).toEqual([]);
      expect(death.moments.length).toBeGreaterThan(from);
      const undisturbed = await endOf(world);
      const problems: string[] = [];
      for (let at = from; at < death.moments.length; at += STEP)
        problems.push(...(await dying(scenario, at, undisturbed)));
      expect(problems).toEqual([]);
    },
    600_000,
  );
});

/** Sentences on what a death at a moment has changed; none when nothing. */
async function dying(scenario: Scenario, at: number, undisturbed: unknown): Promise<string[]> {
  const { death, world } = await live(scenario, at);
  const moment = death.moments[at];
  const problems = [...(await problemsOf(world))];
  if (moment !== undefined && !death.hasComeAgain) problems.push('nobody has died');
  const end = await endOf(world);
  if (problems.length === 0 && !isDeepStrictEqual(end, undisturbed))
    problems.push(`it ends as ${JSON.stringify(end)}`);
  return problems.length > 0 ? [`${at}: ${moment}: ${problems.join('; ')}`] : [];
}

/** The scenario and its death, then time enough for everything that was put off. */
async function live(scenario: Scenario, at: number) {
  const death = new Death(at);
  const world = await likeOneInStep(death);
  death.lieInWait(world);
  await scenario(world);
  death.goAway();
  for (let n = 0; n < 6; n += 1) await world.pollAfter(POLL_SECONDS);
  for (let n = 0; n < 3; n += 1) await world.pollAfter(7 * HOUR);
  return { death, world };
}

/** A world in step, by its rows: the import, which takes longer than a scenario, is done but once. */
async function likeOneInStep(death: Death): Promise<World> {
  imported ??= importAll();
  const { tables, now } = await imported;
  const world = newWorld([death]);
  await world.tables.ensure(TABLES);
  for (const name of TABLES)
    for (const row of tables.rows(name)) await world.tables.table(name).write([{ op: 'put', row }]);
  world.skip((now() - world.now()) / 1_000);
  return world;
}

async function importAll(): Promise<World> {
  const world = newWorld([]);
  await world.connect();
  for (let n = 0; n < 2; n += 1) await world.pollAfter(POLL_SECONDS);
  expect(await problemsOf(world)).toEqual([]);
  return world;
}

/** Always the same tenant, of which nobody has read anything yet. */
function newWorld(faults: readonly Fault[]): World {
  const world = new World({ workers: 1, faults, chance: same(), guard: GUARD });
  const { tenant } = world;
  Object.assign(tenant.troubles, CALM);
  tenant.tellsRemoved = false;
  for (let n = 0; n < 10; n += 1) tenant.addUser();
  for (let n = 0; n < 3; n += 1) tenant.addGroup();
  for (let a = 0; a < 3; a += 1)
    for (let b = 0; b < 5; b += 1) TENANT_EVENTS.addMembers(tenant, { a: 3 * b + a, b });
  for (let a = 1; a < 4; a += 1) TENANT_EVENTS.setManager(tenant, { a, b: 10 });
  tenant.keep();
  return world;
}

async function problemsOf(world: World): Promise<readonly string[]> {
  return [
    ...world.watch.violations,
    ...(await differencesFromTenant(world)),
    ...(await leftovers(world)),
    ...untold(world),
  ];
}

/** What the application holds, and what the lanes have left to do. */
async function endOf(world: World) {
  const lanes = await world.outside.lanes.read(CONNECTION);
  const { users, groups, memberships, counts } = await readApplication(world);
  return {
    users: [...users].sort(byId),
    groups: [...groups].sort(byId),
    memberships: [...memberships].sort(),
    counts,
    lanes: lanes.map(({ totals, held, waiting, removals, failures }) => {
      return { totals, held, waiting, removals, failures };
    }),
  };
}

function byId([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : Number(a > b);
}

function* same(): Generator<number> {
  for (;;) yield NUMBER;
}
