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
import {
  meteredCheckpoints,
  meteredEntries,
  meteredLanes,
  meteredWatches,
} from './azure/metered.ts';
import { openSealer } from './azure/sealing.ts';
import { openBus } from './azure/service-bus.ts';
import { openTables, type Tables } from './azure/tables.ts';
import { causeId } from './azure/tracing.ts';
import { type Config, readConfig, readSettings } from './config.ts';
import { openAdminTokens } from './entra/admin-tokens.ts';
import { reachSignIn } from './entra/sign-in-address.ts';
import { openSigningKeys } from './entra/signing-keys.ts';
import { openLog } from './log.ts';
import { openMail } from './net/mail.ts';
import { openWebhooks } from './net/webhooks.ts';
import type { AdminTokens } from './ports/administrators.ts';
import type { Health, HealthCheck } from './ports/health.ts';
import type { Clock, Secrets } from './ports/platform.ts';
import type { Directories, Services } from './ports.ts';
import { connectionSchemas } from './scim/schema/connection-schemas.ts';
import { openTenants } from './services/tenants.ts';
import { openAlerts } from './state/alerts.ts';
import { openAudit } from './state/audit.ts';
import { openAuthorizations } from './state/authorizations.ts';
import { openCheckpoints } from './state/checkpoints.ts';
import { openConnections } from './state/connections.ts';
import { openCredentials } from './state/credentials.ts';
import { openFirstPasswords } from './state/first-passwords.ts';
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
import { openWelcomes } from './state/welcomes.ts';
import { type Connection, objectIdAttribute } from './sync/connection.ts';

/** The tables, each with the newest version of its rows (docs/decisions/0027). */
const TABLES = {
  connections: 1,
  checkpoints: 1,
  rejected: 1,
  links: 1,
  runs: 1,
  plans: 1,
  credentials: 1,
  authorizations: 1,
  handovers: 1,
  alerts: 1,
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
  const authorizations = openAuthorizations(tables.table('authorizations'));
  const alerts = openAlerts(tables.table('alerts'));
  const bus = busOf(config);
  const tenants = openTenants({ config, secrets, clock, log, authorizations, alerts, bus });
  return {
    config,
    clock,
    sleep: (milliseconds) => sleep(milliseconds),
    log,
    bus,
    secrets,
    connections,
    checkpoints: meteredCheckpoints(openCheckpoints(tables.table('checkpoints')), clock),
    runs: openRuns(tables.table('runs')),
    watches,
    noticed: openNoticed({ clock, log, secrets, watches }),
    outages: openOutages(tables.table('checkpoints'), clock),
    audit: openAudit(links),
    alerts,
    welcomes: openWelcomes(links, sealer),
    mail: openMail(secrets),
    webhooks: openWebhooks(clock, { allowLoopback: config.webhooksToLoopback }),
    lanes: meteredLanes(openLanes(links, sealer)),
    ties: openTies(links),
    nesting: openNesting(links),
    seats: openSeats(links),
    rejected: openRejected(tables.table('rejected'), sealer, clock),
    plans: openPlans(tables.table('plans'), sealer),
    purge: openPurge(tables, markRanges),
    firstPasswords: openFirstPasswords(tables.table('handovers'), sealer),
    credentials,
    authorizations,
    knownCredentials: openKnownCredentials({ clock, log, connections, credentials }),
    accessTokens: openAccessTokens(secrets, { now: () => clock.now() }),
    adminTokens: adminTokensOf(config),
    directories: openDirectories(tables, tenants),
    tenants,
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
    app: (connection) =>
      meteredEntries(openHostedEntries(shardOf(connection)), connection.id, Date),
    resources: (connection) => openHostedResources(shardOf(connection)),
    spelling: spellingOf,
    outbox: ({ id }) => openOutbox(tables, id),
  };
}
