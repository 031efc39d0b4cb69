import { availableParallelism } from 'node:os';
import { named, type Tell } from './figures.ts';
import { atSite, endedRun, objectsOf } from './site.ts';

const SIZE = { users: 5_000, groups: 500, memberships: 25_000 } as const;
const WORKERS = [1, 2, 4] as const;
/** A second worker must not stand in the first one's way. */
const MOST_TIME_OF_TWO = 1.1;

/** The same import with more and more workers, which share this machine's cores with everything. */
export async function benchThroughput(tell: Tell): Promise<void> {
  const unit = `objects/s on ${availableParallelism()} cores`;
  let alone = 0;
  for (const workers of WORKERS) {
    const own = named(`import.throughput.workers-${workers}`, tell);
    const seconds = await secondsOfImport(workers);
    if (workers === 1) alone = seconds;
    own({ name: 'rate', value: objectsOf(SIZE) / seconds, unit, budget: null });
    if (workers === 1) continue;
    const budget = workers === 2 ? MOST_TIME_OF_TWO : null;
    own({ name: 'time', value: seconds / alone, unit: 'of the time with 1', budget });
  }
}

async function secondsOfImport(workers: number): Promise<number> {
  return atSite({ ...SIZE, workers }, async (site) => {
    await site.connect('bench');
    return (await endedRun(site, 'bench')).seconds;
  });
}
