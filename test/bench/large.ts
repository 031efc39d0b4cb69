import { setTimeout as wait } from 'node:timers/promises';
import { openSyncState } from '../../local/start/sync-state.ts';
import { type Figure, named, type Tell } from './figures.ts';
import { measureImport } from './initial-import.ts';
import { atSite, type Site } from './site.ts';

const SIZE = { users: 100_000, groups: 10_000, memberships: 500_000, seconds: null } as const;
const MILESTONE = 20_000;
const CONNECTION = 'bench';
const LOOK_EVERY_MS = 2_000;
/** From the first milestone on, memory may grow by no more than what chance makes of it. */
const MOST_GROWTH = 1.25;

/** A hundred thousand users: whether a worker's memory is flat in their number. */
export async function benchLarge(tell: Tell): Promise<void> {
  const { users, groups, memberships } = SIZE;
  await atSite({ users, groups, memberships }, async (site) => {
    const own = named(`import.${users}`, tell);
    const watching = new AbortController();
    const imported = measureImport(site, CONNECTION, SIZE, own).finally(() => watching.abort());
    const [peaks] = await Promise.all([watchMemory(site, watching.signal, own), imported]);
    own(growthOf(peaks));
  });
}

/** How much more is taken at most from the first milestone on than up to it. */
function growthOf(peaks: readonly number[]): Figure {
  const [first = 1, ...others] = peaks;
  const value = Math.max(first, ...others) / first;
  return { name: 'memory.growth', value, unit: 'of the first milestone', budget: MOST_GROWTH };
}

/**
 * Looks at the workers' memory while users are read, and tells the most that was seen on the way to
 * every milestone.
 * @returns those, in MiB, the one behind the last milestone included
 */
async function watchMemory(site: Site, signal: AbortSignal, tell: Tell): Promise<number[]> {
  const state = openSyncState(site.azure.tableConnectionString, CONNECTION);
  const peaks: number[] = [];
  let most = 0;
  const close = (name: string) => {
    tell({ name: `memory.${name}`, value: most, unit: 'MB', budget: null });
    peaks.push(most);
    most = 0;
  };
  while (!signal.aborted) {
    const stats = await site.azure.workerStats();
    most = Math.max(most, ...stats.map(({ rssMb }) => rssMb));
    const { run } = await state.now();
    const read = run ? ((await state.countersOf(run.id))['users.read'] ?? 0) : 0;
    const next = (peaks.length + 1) * MILESTONE;
    if (read >= next && next <= SIZE.users) close(String(next));
    else await wait(LOOK_EVERY_MS, undefined, { signal }).catch(() => {});
  }
  close('end');
  return peaks;
}
