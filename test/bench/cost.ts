import type { Site } from './site.ts';

/** What was asked of Graph, by its own count, and of the platform, by the workers'. */
export interface Cost {
  readonly graphRequests: number;
  readonly deltaPages: number;
  /** Requests to Graph that write. */
  readonly graphWrites: number;
  readonly messages: number;
  readonly transactions: number;
}

/** What some work has cost. The tables' transactions are those of the workers alone. */
export async function costOf(site: Site, work: () => Promise<unknown>): Promise<Cost> {
  const before = await counted(site);
  await work();
  const after = await counted(site);
  return {
    graphRequests: after.graphRequests - before.graphRequests,
    deltaPages: after.deltaPages - before.deltaPages,
    graphWrites: after.graphWrites - before.graphWrites,
    messages: after.messages - before.messages,
    transactions: after.transactions - before.transactions,
  };
}

async function counted({ azure, tenant }: Site): Promise<Cost> {
  const { requests, writes, byRoute } = await tenant.stats();
  const workers = await azure.workerStats();
  const sum = (name: string) =>
    workers.reduce((total, { counters }) => total + (counters[name] ?? 0), 0);
  return {
    graphRequests: requests,
    deltaPages: Object.entries(byRoute)
      .filter(([route]) => route.includes('delta'))
      .reduce((total, [, count]) => total + count, 0),
    graphWrites: writes,
    messages: sum('bus.messages'),
    transactions: sum('tables.transactions'),
  };
}
