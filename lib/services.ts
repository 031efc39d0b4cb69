import { setTimeout as sleep } from 'node:timers/promises';
import type { TokenCredential } from '@azure/identity';
import { openHostedEntries } from './app/hosted/hosted-directory.ts';
import { openHostedResources } from './app/hosted/hosted-resources.ts';
import { markRanges, openOutbox } from './app/hosted/outbox.ts';
import { openShard, type Shard } from './app/hosted/shard.ts';
import { spellingOf } from './app/hosted/spelling.ts';
import { openAccessTokens } from './azure/access-tokens.ts';
import { managedIdentity } from './azure/credentials.ts';
import { openSecrets } from './azure/key-vault.ts';
import { openSealer } from './azure/sealing.ts';
import { openBus } from './azure/service-bus.ts';
import { openTables, type Tables } from './azure/tables.ts';
import { type Config, readConfig } from './config.ts';
import { openAdminTokens } from './entra/admin-tokens.ts';
import { openSigningKeys } from './entra/signing-keys.ts';
import { openLog } from './log.ts';
import type { AdminTokens } from './ports/administrators.ts';
import type { Clock } from './ports/platform.ts';
import type { Directories, Services } from './ports.ts';
import { connectionSchemas } from './scim/schema/connection-schemas.ts';
import { openTenants } from './services/tenants.ts';
import { openAuthorizations } from './state/authorizations.ts';
import { openCheckpoints } from './state/checkpoints.ts';
import { openConnections } from './state/connections.ts';
import { openCredentials } from './state/credentials.ts';
import { openKnownCredentials } from './state/known-credentials.ts';
import { openLanes } from './state/lanes.ts';
import { openNesting } from './state/nesting.ts';
import { openNoticed } from './state/noticed.ts';
import { openOutages } from './state/outages.ts';
import { openPlans } from './state/plans.ts';
import { openPurge } from './state/purge.ts';
import { openRejected } from './state/rejected.ts';
import { openRuns } from './state/runs.ts';
import { openSeats } from './state/seats.ts';
import { openTies } from './state/ties.ts';
import { openWatches } from './state/watches.ts';
import { type Connection, objectIdAttribute } from './sync/connection.ts';

const TABLES = [
  'connections',
  'checkpoints',
  'rejected',
  'links',
  'runs',
  'plans',
  'credentials',
  'authorizations',
  'directory',
  'directorymembers',
] as const;

let opened: Promise<Services & { readonly config: Config }> | undefined;

/**
 * Everything the functions need, opened once a process: the one place that names adapters.
 * @throws AppError `bad-configuration`; a later call tries again
 */
export function services(): Promise<Services & { readonly config: Config }> {
  opened ??= open(readConfig()).catch((error: unknown) => {
    opened = undefined;
    throw error;
  });
  return opened;
}

async function open(config: Config): Promise<Services & { readonly config: Config }> {
  const clock: Clock = Date;
  const identity = managedIdentity(config.identityClientId);
  const tables = openTables(withIdentity(config.tables, identity));
  await tables.ensure(TABLES);
  const secrets = openSecrets({ uri: config.keyVaultUri, credential: identity, clock });
  const sealer = openSealer(secrets, { now: () => clock.now() });
  const links = tables.table('links');
  const watches = openWatches(tables.table('connections'));
  const log = openLog(config.logLevel, (line) => console.error(line));
  const connections = openConnections(tables.table('connections'));
  const credentials = openCredentials(tables.table('credentials'));
  const authorizations = openAuthorizations(tables.table('authorizations'));
  const tenants = openTenants({ config, secrets, clock, log, authorizations });
  return {
    config,
    clock,
    sleep: (milliseconds) => sleep(milliseconds),
    log,
    bus: openBus(withIdentity(config.serviceBus, identity)),
    secrets,
    connections,
    checkpoints: openCheckpoints(tables.table('checkpoints')),
    runs: openRuns(tables.table('runs')),
    watches,
    noticed: openNoticed({ clock, log, secrets, watches }),
    outages: openOutages(tables.table('checkpoints'), clock),
    lanes: openLanes(links, sealer),
    ties: openTies(links),
    nesting: openNesting(links),
    seats: openSeats(links),
    rejected: openRejected(tables.table('rejected'), sealer, clock),
    plans: openPlans(tables.table('plans'), sealer),
    purge: openPurge(tables, markRanges),
    credentials,
    authorizations,
    expiryAlerts: {
      tell: async ({ id: connectionId }, { credentialId, expiresAt, daysLeft }) =>
        log.warn('a credential ends', { connectionId, credentialId, expiresAt, daysLeft }),
    },
    knownCredentials: openKnownCredentials({ clock, log, connections, credentials }),
    accessTokens: openAccessTokens(secrets, { now: () => clock.now() }),
    adminTokens: adminTokens(config, clock),
    directories: openDirectories(tables, tenants),
    tenants,
  };
}

function adminTokens({ admin, entraAuthority }: Config, clock: Clock): AdminTokens | undefined {
  if (admin === undefined) return undefined;
  const keys = openSigningKeys({ authority: entraAuthority, issuer: admin.issuer, clock, fetch });
  return openAdminTokens({ ...admin, keys, clock });
}

function withIdentity<Access extends object>(
  access: { readonly connectionString: string } | Access,
  credential: TokenCredential,
): { readonly connectionString: string } | (Access & { readonly credential: TokenCredential }) {
  return 'connectionString' in access ? access : { ...access, credential };
}

/** A connection's directories, kept as long as its settings stay the same. */
function openDirectories(tables: Tables, tenants: ReturnType<typeof openTenants>): Directories {
  const shards = new Map<string, { readonly of: Connection; readonly shard: Shard }>();
  const shardOf = (connection: Connection): Shard => {
    const known = shards.get(connection.id);
    // What a shard remembers must not outlive its connection, which may be made again; and who still
    // works by settings from before does not open it anew.
    const isOwn = known?.of.createdAt === connection.createdAt;
    if (isOwn && known.of.settingsVersion >= connection.settingsVersion) return known.shard;
    const shard = openShard(tables, connection.id, {
      schemas: connectionSchemas(connection),
      objectId: objectIdAttribute(connection),
    });
    shards.set(connection.id, { of: connection, shard });
    return shard;
  };
  return {
    entra: tenants.entra,
    notifications: tenants.notifications,
    entraWrites: tenants.entraWrites,
    app: (connection) => openHostedEntries(shardOf(connection)),
    resources: (connection) => openHostedResources(shardOf(connection)),
    spelling: spellingOf,
    outbox: ({ id }) => openOutbox(tables, id),
  };
}
