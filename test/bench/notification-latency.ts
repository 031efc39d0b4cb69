import { setTimeout as wait } from 'node:timers/promises';
import { costOf } from './cost.ts';
import { named, type Tell } from './figures.ts';
import { atNotifiedSite, type NotifiedSite } from './notified-site.ts';
import { until } from './site.ts';
import { someUsers } from './some-users.ts';

const SIZE = { users: 500, groups: 50, memberships: 1_000 } as const;
const CHANGES = 200;
/** How much later the tenant's deltas show what it has told. */
const LAG_SECONDS = 10;
const LAGGING_CHANGES = 30;
const LAGGING_PAUSE_MS = 1_500;
const COUNTED_CHANGES = 10;
const LOOK_MS = 10;

/** How long one change takes, and what it costs. */
export async function benchLatency(tell: Tell): Promise<void> {
  await atNotifiedSite(SIZE, async (site) => {
    const users = await someUsers(site);
    await measureAtOnce(site, users, named('notifications', tell));
    await measureCost(site, users, named('notifications.change', tell));
    await measureLag(site, users, named(`notifications.lag-${LAG_SECONDS}`, tell));
  });
}

/** One change after the other, each once the last has come over. */
async function measureAtOnce(site: NotifiedSite, users: readonly string[], tell: Tell) {
  const seconds: number[] = [];
  for (let n = 0; n < CHANGES; n += 1)
    seconds.push(await changed(site, users[n % users.length] ?? '', `Change ${n}`));
  tellLatency(seconds, { p95: 2, max: null }, tell);
}

/** Changes while others are still on their way. */
async function measureLag(site: NotifiedSite, users: readonly string[], tell: Tell) {
  await site.tenant.faults({ kind: 'lag', seconds: LAG_SECONDS });
  const changes: Promise<number>[] = [];
  for (let n = 0; n < LAGGING_CHANGES; n += 1) {
    changes.push(changed(site, users[n % users.length] ?? '', `Late change ${n}`));
    await wait(LAGGING_PAUSE_MS);
  }
  tellLatency(await Promise.all(changes), { p95: null, max: LAG_SECONDS + 20 }, tell);
  await site.tenant.noFaults();
}

/** Changes far enough apart that none shares a request with another. */
async function measureCost(site: NotifiedSite, users: readonly string[], tell: Tell) {
  const costs: number[] = [];
  for (const user of users.slice(0, COUNTED_CHANGES)) {
    await site.isQuiet();
    const { graphRequests } = await costOf(site, async () => {
      await changed(site, user, 'Counted change');
      await site.isQuiet();
    });
    costs.push(graphRequests);
  }
  tell({ name: 'graph', value: Math.max(...costs), unit: 'requests at most', budget: 2 });
}

/** Changes a user. @returns seconds until the application shows it */
async function changed(site: NotifiedSite, user: string, jobTitle: string): Promise<number> {
  const began = performance.now();
  await site.tenant.patchUser(user, { jobTitle });
  await until(async () => (await site.titleOf(user)) === jobTitle, LOOK_MS);
  return (performance.now() - began) / 1_000;
}

interface Budgets {
  readonly p95: number | null;
  readonly max: number | null;
}

function tellLatency(seconds: readonly number[], { p95, max }: Budgets, tell: Tell): void {
  const sorted = [...seconds].sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.ceil(sorted.length * share) - 1] ?? 0;
  tell({ name: 'p50', value: at(0.5), unit: 's', budget: null });
  tell({ name: 'p95', value: at(0.95), unit: 's', budget: p95 });
  tell({ name: 'max', value: at(1), unit: 's', budget: max });
}
