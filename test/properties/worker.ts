import { openHostedDirectory } from '../../lib/app/hosted/hosted-directory.ts';
import type { Tables } from '../../lib/azure/tables.ts';
import type { Bus, ChangeFeed, Clock, EntryStore, Sealer, Services } from '../../lib/ports.ts';
import { openCheckpoints } from '../../lib/state/checkpoints.ts';
import { openConnections } from '../../lib/state/connections.ts';
import { openLanes } from '../../lib/state/lanes.ts';
import { openOutages } from '../../lib/state/outages.ts';
import { openPurge } from '../../lib/state/purge.ts';
import { openRejected } from '../../lib/state/rejected.ts';
import { openRuns } from '../../lib/state/runs.ts';
import { openTies } from '../../lib/state/ties.ts';

/** What the workers of one history share. */
export interface Surroundings {
  readonly tables: Tables;
  readonly bus: Bus;
  readonly feed: ChangeFeed;
  readonly clock: Clock;
}

export const TABLES = [
  'connections',
  'checkpoints',
  'rejected',
  'links',
  'runs',
  'directory',
  'directorymembers',
] as const;

/** A process: the real state, flows' needs and hosted directory, with a memory of their own. */
export function openWorker({ tables, bus, feed, clock }: Surroundings): Services {
  const links = tables.table('links');
  const stores = new Map<string, EntryStore>();
  return {
    clock,
    sleep: async () => {},
    log: { info: () => {}, warn: () => {}, error: () => {} },
    bus,
    secrets: { get: async () => undefined, set: async () => {}, remove: async () => {} },
    connections: openConnections(tables.table('connections')),
    checkpoints: openCheckpoints(tables.table('checkpoints')),
    runs: openRuns(tables.table('runs')),
    outages: openOutages(tables.table('checkpoints'), clock),
    lanes: openLanes(links, plainSealer),
    ties: openTies(links),
    rejected: openRejected(tables.table('rejected'), plainSealer, clock),
    purge: openPurge(tables),
    directories: {
      entra: () => feed,
      app: ({ id, createdAt }) => {
        const life = `${id} ${createdAt}`;
        const store = stores.get(life) ?? openHostedDirectory(tables, id, clock);
        stores.set(life, store);
        return store;
      },
    },
  };
}

/** Seals nothing, but opens only in the place that it was sealed for. */
export const plainSealer: Sealer = {
  seal: async (plain, context) => ({ keyId: 'k', bytes: Buffer.from(`${context}\n${plain}`) }),
  open: async ({ bytes }, context) => {
    const [place, ...lines] = Buffer.from(bytes).toString().split('\n');
    if (place !== context) throw new Error(`sealed for ${place}, opened at ${context}`);
    return lines.join('\n');
  },
};
