import { openHostedDirectory } from '../../lib/app/hosted/hosted-directory.ts';
import { markRanges } from '../../lib/app/hosted/outbox.ts';
import type { Tables } from '../../lib/azure/tables.ts';
import { AppError } from '../../lib/errors.ts';
import type { EntryStore } from '../../lib/ports/application.ts';
import type { ChangeFeed } from '../../lib/ports/entra.ts';
import type { Bus, Clock, Sealer } from '../../lib/ports/platform.ts';
import type { Services } from '../../lib/ports.ts';
import { openCheckpoints } from '../../lib/state/checkpoints.ts';
import { openConnections } from '../../lib/state/connections.ts';
import { openLanes } from '../../lib/state/lanes.ts';
import { openNesting } from '../../lib/state/nesting.ts';
import { openOutages } from '../../lib/state/outages.ts';
import { openPlans } from '../../lib/state/plans.ts';
import { openPurge } from '../../lib/state/purge.ts';
import { openRejected } from '../../lib/state/rejected.ts';
import { openRuns } from '../../lib/state/runs.ts';
import { openSeats } from '../../lib/state/seats.ts';
import { openTies } from '../../lib/state/ties.ts';
import { openWatches } from '../../lib/state/watches.ts';

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
  'plans',
  'directory',
  'directorymembers',
] as const;

/** What a worker has: nobody can call it from outside. */
export type WorkerServices = Services & { readonly config: { readonly publicUrl: undefined } };

/** A process: the real state, flows' needs and hosted directory, with a memory of their own. */
export function openWorker({ tables, bus, feed, clock }: Surroundings): WorkerServices {
  const links = tables.table('links');
  const watches = openWatches(tables.table('connections'));
  const stores = new Map<string, EntryStore>();
  return {
    clock,
    sleep: async () => {},
    log: { info: () => {}, warn: () => {}, error: () => {} },
    bus,
    secrets: { get: async () => undefined, set: async () => {}, remove: async () => {} },
    connections: openConnections(tables.table('connections')),
    checkpoints: openCheckpoints(tables.table('checkpoints')),
    config: { publicUrl: undefined },
    watches,
    noticed: {
      find: async () => [],
      came: () => {},
      dropped: () => {},
      write: async () => {},
    },
    runs: openRuns(tables.table('runs')),
    outages: openOutages(tables.table('checkpoints'), clock),
    lanes: openLanes(links, plainSealer),
    ties: openTies(links),
    nesting: openNesting(links),
    seats: openSeats(links),
    rejected: openRejected(tables.table('rejected'), plainSealer, clock),
    plans: openPlans(tables.table('plans'), plainSealer),
    purge: openPurge(tables, markRanges),
    directories: {
      entra: () => feed,
      notifications: () => {
        throw new AppError('unavailable', 'nobody subscribes here');
      },
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
