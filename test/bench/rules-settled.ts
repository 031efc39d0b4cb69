import { z } from 'zod';
import { isEnded } from '../../lib/sync/run.ts';
import { type Cost, costOf } from './cost.ts';
import { type Site, until } from './site.ts';

const queuesSchema = z.record(z.string(), z.object({ active: z.number(), scheduled: z.number() }));

/** Waits until no run is open and no message is on its way, also none that is to come later. */
export async function isSettled(site: Site, connectionId: string): Promise<void> {
  await until(async () => {
    const queues = Object.values(queuesSchema.parse(await site.azure.busStats()));
    if (queues.some(({ active, scheduled }) => active + scheduled > 0)) return false;
    const { run } = await site.state(connectionId);
    return run !== null && isEnded(run);
  });
}

/** What a change costs from its making until everything that follows from it is done. */
export async function costUntilSettled(
  site: Site,
  connectionId: string,
  change: () => Promise<unknown>,
): Promise<Cost> {
  await isSettled(site, connectionId);
  return costOf(site, async () => {
    await change();
    await isSettled(site, connectionId);
  });
}

/** What a change in the tenant costs, found by a poll: until everything that follows is done. */
export function costOfRound(
  site: Site,
  connectionId: string,
  change: () => Promise<unknown>,
): Promise<Cost> {
  return costUntilSettled(site, connectionId, async () => {
    await change();
    await site.azure.runTimer('poll-timer');
  });
}
