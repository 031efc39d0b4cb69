import type { History, Round } from './history.ts';
import { TENANT_EVENTS } from './tenant-events.ts';
import { World } from './world.ts';

const POLL_SECONDS = 180;
const HOUR = 3_600;

/** Lets a history happen, then waits until everything that was put off is due and done. */
export async function liveThrough(history: History): Promise<World> {
  const world = new World(history);
  await world.connect();
  for (let n = 0; n < history.users; n += 1) world.tenant.addUser();
  for (let n = 0; n < history.groups; n += 1) world.tenant.addGroup();
  for (let n = 0; n < 2 * history.groups; n += 1)
    TENANT_EVENTS.addMembers(world.tenant, { a: n, b: 5 * n });
  for (const round of history.rounds) await liveRound(world, round);
  await comeToRest(world);
  return world;
}

async function liveRound(world: World, round: Round): Promise<void> {
  const { tenant } = world;
  for (const { what, a, b } of round.events) TENANT_EVENTS[what](tenant, { a, b });
  tenant.troubles.lag = round.lag;
  world.poll('timer');
  if (round.switchedOffAfter !== null) {
    await world.settle(round.switchedOffAfter);
    await world.switchTo(false);
    await world.settle();
    await world.switchTo(true);
  }
  await world.settle();
  await world.later(round.seconds);
}

/** Some polls of the timer, then two days: the longest pause between two tries is one. */
export async function comeToRest(world: World): Promise<void> {
  world.endFaults();
  for (let n = 0; n < 4; n += 1) await world.pollAfter(POLL_SECONDS);
  for (let n = 0; n < 6; n += 1) await world.pollAfter(8 * HOUR);
}
