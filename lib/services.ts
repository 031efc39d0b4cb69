import { setTimeout as sleep } from 'node:timers/promises';
import type { TokenCredential } from '@azure/identity';
import { openHostedEntries } from './app/hosted/hosted-directory.ts';
import { openHostedResources } from './app/hosted/hosted-resources.ts';
import { markRanges, openOutbox } from './app/hosted/outbox.ts';
import { openShard, type Shard } from './app/hosted/shard.ts';
import { spellingOf } from './app/hosted/spelling.ts';
import { openAccessTokens } from './azure/access-tokens.ts';
import { managedIdentity, tenantCredential } from './azure/credentials.ts';
import { openSecrets } from './azure/key-vault.ts';
import {
  meteredCheckpoints,
  meteredEntries,
  meteredLanes,
  meteredWatches,
} from './azure/metered.ts';
import { openSealer } from './azure/sealing.ts';
import { openBus } from './azure/service-bus.ts';
import { openTables, type Tables } from './azure/tables.ts';
import { telemetry } from './azure/telemetry.ts';
import { causeId } from './azure/tracing.ts';
import { type Config, readConfig, readSettings } from './config.ts';
import { openAdminTokens } from './entra/admin-tokens.ts';
import type { GraphOptions } from './entra/client.ts';
import { openEntra } from './entra/directory.ts';
import { openNotifications } from './entra/notifications.ts';
import { reachSignIn } from './entra/sign-in-address.ts';
import { openSigningKeys } from './entra/signing-keys.ts';
import { openWritePacing, type WritePacing } from './entra/write-pacing.ts';
import { openEntraWrites } from './entra/writes.ts';
import { AppError } from './errors.ts';
import { openLog } from './log.ts';
import type { AdminTokens } from './ports/administrators.ts';
import type { ChangeFeed, Notifications } from './ports/entra.ts';
import type { EntraWrites } from './ports/entra-writes.ts';
import type { Health, HealthCheck } from './ports/health.ts';
import type { Clock, Secrets } from './ports/platform.ts';
import type { Directories, Services } from './ports.ts';
import { connectionSchemas } from './scim/schema/connection-schemas.ts';
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
import type { Selection } from './sync/rules/properties.ts';
import { keyOf, rulesOf } from './sync/rules/rules-of.ts';

/** The tables, each with the newest version of its rows (docs/decisions/0027). */
const TABLES = {
  connections: 1,
  checkpoints: 1,
  rejected: 1,
  links: 1,
  runs: 1,
  plans: 1,
  credentials: 1,
  directory: 2,
  directorymembers: 1,
} as const;

/** The administrator's token stands in the vault under this name. */
const ADMIN_TOKEN = 'admin-token';

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

/** What the app stands on: each opened once a process, by whoever needs it first. */
const standing: {
  tables?: Tables;
  bus?: ReturnType<typeof openBus>;
  secrets?: Secrets;
  adminTokens?: AdminTokens;
} = {};

type Of<Name extends keyof Config> = Partial<Config> & Pick<Config, Name>;

function tablesOf({ tables, identityClientId }: Of<'tables'>): Tables {
  standing.tables ??= openTables(withIdentity(tables, managedIdentity(identityClientId)), TABLES);
  return standing.tables;
}

function busOf({ serviceBus, identityClientId }: Of<'serviceBus'>) {
  standing.bus ??= openBus(withIdentity(serviceBus, managedIdentity(identityClientId)));
  return standing.bus;
}

function secretsOf({ keyVaultUri: uri, identityClientId }: Of<'keyVaultUri'>): Secrets {
  const credential = managedIdentity(identityClientId);
  standing.secrets ??= openSecrets({ uri, credential, clock: Date });
  return standing.secrets;
}

/** What the health of the app is judged by; its settings may be wrong. */
export function health(): Health {
  const { config, problems } = readSettings();
  const { tables, serviceBus, keyVaultUri, entraAuthority } = config;
  const askVault = async () =>
    keyVaultUri === undefined ? undefined : secretsOf({ ...config, keyVaultUri }).get(ADMIN_TOKEN);
  const check = <T>(
    of: T | undefined,
    name: HealthCheck['name'],
    run: (of: T) => Promise<unknown>,
  ): HealthCheck[] =>
    of === undefined
      ? []
      : [{ name, isVital: name !== 'sign-in', run: async () => void (await run(of)) }];
  return {
    problems,
    checks: [
      ...check(tables, 'tables', (of) =>
        tablesOf({ ...config, tables: of })
          .table('connections')
          .get('health', 'health'),
      ),
      ...check(serviceBus, 'bus', (of) =>
        busOf({ ...config, serviceBus: of }).reach(['polls', 'changes']),
      ),
      ...check(keyVaultUri, 'vault', askVault),
      ...check(entraAuthority, 'sign-in', (of) => reachSignIn(of)),
    ],
    // Where one of two settings is wrong, the vault's token must not do instead.
    signIn: problems.some(({ setting }) => setting.startsWith('ADMIN_'))
      ? undefined
      : signInOf(config),
  };
}

/** How administrators are told, if it can be: by Entra where they sign in there, else by the vault. */
function signInOf(config: Partial<Config>): Health['signIn'] {
  const { admin, entraAuthority, keyVaultUri } = config;
  if (admin && entraAuthority) {
    const secrets = { get: async () => undefined };
    return { adminTokens: adminTokensOf({ admin, entraAuthority }), secrets };
  }
  if (keyVaultUri === undefined) return undefined;
  return { adminTokens: undefined, secrets: secretsOf({ ...config, keyVaultUri }) };
}

async function open(config: Config): Promise<Services & { readonly config: Config }> {
  const clock: Clock = Date;
  const tables = tablesOf(config);
  const secrets = secretsOf(config);
  await tables.ensure(Object.keys(TABLES));
  const sealer = openSealer(secrets, { now: () => clock.now() });
  const links = tables.table('links');
  const watches = meteredWatches(openWatches(tables.table('connections')));
  const log = openLog(config.logLevel, (line) => console.error(line), causeId);
  const connections = openConnections(tables.table('connections'));
  const credentials = openCredentials(tables.table('credentials'));
  return {
    config,
    clock,
    sleep: (milliseconds) => sleep(milliseconds),
    log,
    bus: busOf(config),
    secrets,
    connections,
    checkpoints: meteredCheckpoints(openCheckpoints(tables.table('checkpoints')), clock),
    runs: openRuns(tables.table('runs')),
    watches,
    noticed: openNoticed({ clock, log, secrets, watches }),
    outages: openOutages(tables.table('checkpoints'), clock),
    lanes: meteredLanes(openLanes(links, sealer)),
    ties: openTies(links),
    nesting: openNesting(links),
    seats: openSeats(links),
    rejected: openRejected(tables.table('rejected'), sealer, clock),
    plans: openPlans(tables.table('plans'), sealer),
    purge: openPurge(tables, markRanges),
    credentials,
    knownCredentials: openKnownCredentials({ clock, log, connections, credentials }),
    accessTokens: openAccessTokens(secrets, { now: () => clock.now() }),
    adminTokens: adminTokensOf(config),
    directories: openDirectories({ config, tables, secrets, clock }),
  };
}

function adminTokensOf({
  admin,
  entraAuthority: authority,
}: Of<'admin' | 'entraAuthority'>): AdminTokens | undefined {
  if (admin === undefined) return undefined;
  const { issuer } = admin;
  const keys = openSigningKeys({ authority, issuer, clock: Date, fetch });
  standing.adminTokens ??= openAdminTokens({ ...admin, keys, clock: Date });
  return standing.adminTokens;
}

function withIdentity<Access extends object>(
  access: { readonly connectionString: string } | Access,
  credential: TokenCredential,
): { readonly connectionString: string } | (Access & { readonly credential: TokenCredential }) {
  return 'connectionString' in access ? access : { ...access, credential };
}

interface DirectoryNeeds {
  readonly config: Config;
  readonly tables: Tables;
  readonly secrets: Secrets;
  readonly clock: Clock;
}

/** A connection's directories, kept as long as its settings stay the same. */
function openDirectories(needs: DirectoryNeeds): Directories {
  const tenants = new Map<string, { readonly of: string; readonly tenant: Tenant }>();
  const shards = new Map<string, { readonly of: Connection; readonly shard: Shard }>();
  const shardOf = (connection: Connection): Shard => {
    const known = shards.get(connection.id);
    // What a shard remembers must not outlive its connection, which may be made again; and who still
    // works by settings from before does not open it anew.
    const isOwn = known?.of.createdAt === connection.createdAt;
    if (isOwn && known.of.settingsVersion >= connection.settingsVersion) return known.shard;
    const shard = openShard(needs.tables, connection.id, {
      schemas: connectionSchemas(connection),
      objectId: objectIdAttribute(connection),
    });
    shards.set(connection.id, { of: connection, shard });
    return shard;
  };
  // The quota belongs to an application in a tenant, whatever becomes of a connection's settings.
  const pacings = new Map<string, WritePacing>();
  const pacingOf = ({ entra: { tenantId, clientId } }: Connection): WritePacing => {
    const key = `${tenantId} ${clientId}`;
    const pacing = pacings.get(key) ?? openWritePacing({ now: () => needs.clock.now(), sleep });
    pacings.set(key, pacing);
    return pacing;
  };
  const tenantOf = (connection: Connection): Tenant => {
    const known = tenants.get(connection.id);
    // Rules that are only being checked ask for something else under the same version.
    const { selection } = keyOf(rulesOf(connection));
    const of = `${connection.createdAt} ${connection.settingsVersion} ${selection}`;
    if (known?.of === of) return known.tenant;
    const tenant = openTenant(needs, connection, pacingOf(connection));
    tenants.set(connection.id, { of, tenant });
    return tenant;
  };
  return {
    entra: (connection, selection) => {
      const { feed, feedOf } = tenantOf(connection);
      return selection === undefined ? feed : feedOf(selection);
    },
    notifications: (connection) => tenantOf(connection).notifications,
    entraWrites: (connection) => tenantOf(connection).writes,
    app: (connection) =>
      meteredEntries(openHostedEntries(shardOf(connection)), connection.id, needs.clock),
    resources: (connection) => openHostedResources(shardOf(connection)),
    spelling: spellingOf,
    outbox: ({ id }) => openOutbox(needs.tables, id),
  };
}

/** The Entra side of a connection. */
interface Tenant {
  readonly feed: ChangeFeed;
  /** As `feed`, with a selection of its own. */
  readonly feedOf: (selection: Selection) => ChangeFeed;
  readonly notifications: Notifications;
  readonly writes: EntraWrites;
}

/** All of them sign in as one, so that they share its tokens. */
function openTenant(needs: DirectoryNeeds, connection: Connection, pacing: WritePacing): Tenant {
  const options: GraphOptions = {
    baseUrl: needs.config.graphBaseUrl,
    credential: connectionCredential(needs, connection),
    clock: needs.clock,
    count: () => telemetry.count('graph.requests', 1, { connection: connection.id }),
    countWrites: (writes) => telemetry.count('graph.writes', writes, { connection: connection.id }),
    countUnits: (units) => telemetry.count('graph.units', units, { connection: connection.id }),
  };
  const feedOf = (selection: Selection) => openEntra(options, selection);
  const feed = feedOf(rulesOf(connection).selection);
  const writes = openEntraWrites(options, pacing);
  return { feed, feedOf, notifications: openNotifications(options), writes };
}

/** Reads the secret when the first token is needed, not before. */
function connectionCredential(needs: DirectoryNeeds, connection: Connection): TokenCredential {
  const { tenantId, clientId, secretName } = connection.entra;
  let signIn: { secret: string; credential: TokenCredential } | undefined;
  return {
    getToken: async (scopes, options) => {
      const secret = await needs.secrets.get(secretName);
      if (secret === undefined)
        throw new AppError(
          'credential-refused',
          'the connection has no client secret in the vault',
        );
      if (signIn?.secret !== secret) {
        const authority = needs.config.entraAuthority;
        const tenantSecret = { authority, tenantId, clientId, clientSecret: secret };
        signIn = { secret, credential: tenantCredential(tenantSecret) };
      }
      return signIn.credential.getToken(scopes, options);
    },
  };
}
