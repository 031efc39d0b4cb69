import { openHostedEntries } from '../../lib/app/hosted/hosted-directory.ts';
import { openHostedResources } from '../../lib/app/hosted/hosted-resources.ts';
import { markRanges, openOutbox } from '../../lib/app/hosted/outbox.ts';
import { openShard, type Shard } from '../../lib/app/hosted/shard.ts';
import { openAccessTokens } from '../../lib/azure/access-tokens.ts';
import type { Tables } from '../../lib/azure/tables.ts';
import { AppError } from '../../lib/errors.ts';
import type { ChangeFeed } from '../../lib/ports/entra.ts';
import type { EntraWrites } from '../../lib/ports/entra-writes.ts';
import type { Bus, Clock, Sealer } from '../../lib/ports/platform.ts';
import type { Services } from '../../lib/ports.ts';
import { openAlerts } from '../../lib/state/alerts.ts';
import { openAudit } from '../../lib/state/audit.ts';
import { openAuthorizations } from '../../lib/state/authorizations.ts';
import { openCheckpoints } from '../../lib/state/checkpoints.ts';
import { openConnections } from '../../lib/state/connections.ts';
import { openCredentials } from '../../lib/state/credentials.ts';
import { openFirstPasswords } from '../../lib/state/first-passwords.ts';
import { openKnownCredentials } from '../../lib/state/known-credentials.ts';
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
import { openWelcomes } from '../../lib/state/welcomes.ts';
import type { Connection } from '../../lib/sync/connection.ts';

/** What the workers of one history share. */
export interface Surroundings {
  readonly tables: Tables;
  readonly bus: Bus;
  readonly feed: ChangeFeed;
  readonly writes: Pick<
    EntraWrites,
    'update' | 'remove' | 'create' | 'findBy' | 'addMembers' | 'removeMembers' | 'setManagers'
  >;
  readonly clock: Clock;
}

export const TABLES = [
  'connections',
  'checkpoints',
  'rejected',
  'links',
  'runs',
  'plans',
  'authorizations',
  'credentials',
  'handovers',
  'alerts',
  'directory',
  'directorymembers',
] as const;

/** What a worker has: nobody can call it from outside. */
export type WorkerServices = Services & { readonly config: { readonly publicUrl: undefined } };

/** A process: the real state, flows' needs and hosted directory, with a memory of their own. */
export function openWorker({ tables, bus, feed, writes, clock }: Surroundings): WorkerServices {
  const links = tables.table('links');
  const watches = openWatches(tables.table('connections'));
  const shards = new Map<string, Shard>();
  const shardOf = ({ id, createdAt }: Pick<Connection, 'id' | 'createdAt'>): Shard => {
    const life = `${id} ${createdAt}`;
    const shard = shards.get(life) ?? openShard(tables, id, { clock });
    shards.set(life, shard);
    return shard;
  };
  const log = { info: () => {}, warn: () => {}, error: () => {} };
  const secrets = {
    get: async () => undefined,
    set: async () => {},
    remove: async () => {},
  };
  const connections = openConnections(tables.table('connections'));
  const credentials = openCredentials(tables.table('credentials'));
  return {
    clock,
    sleep: async () => {},
    log,
    bus,
    secrets,
    connections,
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
    audit: openAudit(links),
    alerts: openAlerts(tables.table('alerts')),
    welcomes: openWelcomes(links, plainSealer),
    mail: { send: nobody },
    webhooks: { post: nobody },
    ties: openTies(links),
    nesting: openNesting(links),
    seats: openSeats(links),
    rejected: openRejected(tables.table('rejected'), plainSealer, clock),
    plans: openPlans(tables.table('plans'), plainSealer),
    purge: openPurge(tables, markRanges),
    firstPasswords: openFirstPasswords(tables.table('handovers'), plainSealer),
    credentials,
    authorizations: openAuthorizations(tables.table('authorizations')),
    tenants: { facts: nobody, trySignIn: nobody },
    knownCredentials: openKnownCredentials({ clock, log, connections, credentials }),
    accessTokens: openAccessTokens(secrets, clock),
    adminTokens: undefined,
    directories: {
      entra: () => feed,
      entraWrites: () => ({
        ...NO_WRITES,
        update: writes.update,
        remove: writes.remove,
        create: writes.create,
        findBy: writes.findBy,
        addMembers: writes.addMembers,
        removeMembers: writes.removeMembers,
        setManagers: writes.setManagers,
      }),
      notifications: () => {
        throw new AppError('unavailable', 'nobody subscribes here');
      },
      app: (connection) => openHostedEntries(shardOf(connection)),
      resources: (connection) => openHostedResources(shardOf(connection)),
      spelling: (_, name) => name,
      outbox: ({ id }) => openOutbox(tables, id),
    },
  };
}

const nobody = () => {
  throw new Error('nobody asks for it');
};

/** What no flow writes to Entra. */
const NO_WRITES = {};

/** Seals nothing, but opens only in the place that it was sealed for. */
export const plainSealer: Sealer = {
  seal: async (plain, context) => ({ keyId: 'k', bytes: Buffer.from(`${context}\n${plain}`) }),
  open: async ({ bytes }, context) => {
    const [place, ...lines] = Buffer.from(bytes).toString().split('\n');
    if (place !== context) throw new Error(`sealed for ${place}, opened at ${context}`);
    return lines.join('\n');
  },
};
