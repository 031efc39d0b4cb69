import { approveAll, askForFullRun, heldKeys } from './administrator.ts';
import { happens } from './moments.ts';
import type { SafetyHistory, Stretch } from './safety-history.ts';
import { TENANT_EVENTS } from './tenant-events.ts';
import { World } from './world.ts';

const POLL_SECONDS = 180;
const HOUR = 3_600;

/** Lets a history happen, then waits until all troubles are over and all that was put off is done. */
export async function liveDangerously(history: SafetyHistory): Promise<World> {
  const world = new World(history);
  const { tenant, watch } = world;
  await world.connect();
  for (let n = 0; n < history.users; n += 1) tenant.addUser();
  for (let n = 0; n < history.groups; n += 1) tenant.addGroup();
  for (let n = 0; n < 2 * history.groups; n += 1)
    TENANT_EVENTS.addMembers(tenant, { a: n, b: 5 * n });
  tenant.keep();
  tenant.tellsRemoved = history.tellsRemoved;
  tenant.troubles.replicaLag = history.replicaLag;
  tenant.troubles.emptyPages = 6;
  watch.lag = history.replicaLag;
  for (const stretch of history.stretches) await liveStretch(world, stretch);
  await comeToRest(world);
  return world;
}

async function liveStretch(world: World, stretch: Stretch): Promise<void> {
  const { tenant } = world;
  tenant.troubles.lag = stretch.lag;
  tenant.troubles.readingLag = stretch.readingLag;
  world.poll('timer');
  for (const { after, what, a, b } of stretch.happenings) {
    await world.settle(after);
    await happens(world, what, { a, b });
  }
  await world.settle();
  for (let left = stretch.seconds; left > 0; left -= POLL_SECONDS) {
    await world.later(Math.min(left, POLL_SECONDS));
    // Who waits for its turn asks every few seconds, and the timer is what gets others going.
    if (left > POLL_SECONDS) world.poll('timer');
    await world.settle();
  }
}

/** The longest pause between two tries is a day, and what is approved may have to be held again. */
async function comeToRest(world: World): Promise<void> {
  world.endFaults();
  await world.switchTo(true);
  for (let n = 0; n < 6; n += 1) await world.pollAfter(POLL_SECONDS);
  // What a reading left out though it was there comes to light by the next one.
  if (world.hasGaps || world.watch.lag > 0) await askForFullRun(world);
  for (let n = 0; n < 9; n += 1) {
    if (heldKeys(world).length > 0) approveAll(world);
    await world.pollAfter(8 * HOUR);
  }
}
