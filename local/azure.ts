import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openAdminBearer } from './admin-bearer.ts';
import { type Broker, startBroker } from './broker.ts';
import { type Certificates, makeCertificates } from './certificates.ts';
import { given } from './given.ts';
import { type Identity, startIdentity, type Vouching } from './identity.ts';
import { type Installation, openInstallation } from './installation.ts';
import { startPublicFront } from './public-front.ts';
import type { TableFault } from './table-store/table-faults.ts';
import { startTables, type Tables } from './tables.ts';
import { openTenantPlace, type TenantOptions, type TenantPlace } from './tenant-place.ts';
import { startVault, VAULT_RESOURCE, type Vault } from './vault.ts';
import { findFreePort, startWorkers, type WorkerStats, type Workers } from './workers.ts';

export interface AzureOptions extends TenantOptions {
  /** Everything is kept here; in memory when there is none. */
  readonly dataDir?: string;
  /** How many instances of the app; default 1. */
  readonly workers?: number;
  /** The app's HTTP port; default: any free one. */
  readonly port?: number;
  /** NCRONTAB; default: every three minutes. */
  readonly pollSchedule?: string;
  /** The folder of the app, as it is deployed; default: this project. */
  readonly root?: string;
  readonly functionsDir?: string;
  /** Whether https is served for the app, so that the tenant can notify it; default true. */
  readonly front?: boolean;
  /** More app settings. */
  readonly env?: Readonly<Record<string, string>>;
  /** `false`: no simulated tenant, and no settings for one. */
  readonly tenant?: false;
  /** Whether administrators sign in to the tenant; without it, they have a token of this machine. */
  readonly signIn?: boolean;
  /** PEM of an authority that the tenant trusts when it calls, beside the one made here. */
  readonly callbackCa?: string;
  /** What the processes write; default: to stderr. */
  readonly onOutput?: (text: string) => void;
}

/** Azure on a laptop, with the app running in it. */
export interface LocalAzure {
  /** The app's address. */
  readonly url: string;
  /** The same by https and through all workers, which the tenant calls; `url` without a front. */
  readonly publicUrl: string;
  /** The simulated tenant's address; '' without one. */
  readonly tenantUrl: string;
  readonly tenantId: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** The administrator's bearer token, in the vault as `admin-token`; of no use with `signIn`. */
  readonly adminToken: string;
  /** A bearer token that opens the admin API now. */
  readonly adminBearer: () => Promise<string>;
  readonly caPem: string;
  /** What an app registration has to trust for the app's managed identity to vouch for it. */
  readonly vouching: Vouching;
  /** The app's settings. */
  readonly env: Readonly<Record<string, string>>;
  readonly tableConnectionString: string;
  readonly workerStats: () => Promise<WorkerStats[]>;
  readonly busStats: () => Promise<unknown>;
  /** kill -9 of a worker, which stays away; the first one unless told otherwise. */
  readonly killWorker: (index?: number) => Promise<void>;
  /** That one again; unless told which: the first that was killed, or one more. */
  readonly startWorker: (index?: number) => Promise<void>;
  readonly restartBroker: (options?: { readonly kill?: boolean }) => Promise<void>;
  /** Makes tables fail, in place of the faults before; `[]`: all is well again. */
  readonly tableFaults: (faults: readonly TableFault[]) => Promise<void>;
  readonly runTimer: (name: string) => Promise<void>;
  /** Another tenant in the place of the one before. @returns its id */
  readonly replaceTenant: (options: TenantOptions) => Promise<string>;
  readonly stop: () => Promise<void>;
}

type Stop = () => Promise<unknown>;

/** How long functions may go on when everything is stopped. */
const DRAIN_MS = 3000;

/** Starts everything; when something cannot start, what was started is stopped again. */
export async function startAzure(options: AzureOptions = {}): Promise<LocalAzure> {
  const stops: Stop[] = [];
  // Backwards: the workers first, the tables, which everything writes to, last.
  const stop = async (): Promise<void> => {
    for (const each of stops.splice(0).reverse()) await each();
  };
  try {
    return await startParts(options, stops, stop);
  } catch (error) {
    await stop();
    throw error;
  }
}

async function startParts(
  options: AzureOptions,
  stops: Stop[],
  stop: () => Promise<void>,
): Promise<LocalAzure> {
  const installation = await openInstallation(options.dataDir);
  const platform = await startPlatform(options, installation, stops);
  const port = options.port ?? (await findFreePort());
  const url = `http://127.0.0.1:${port}`;
  const { key, cert, caPem } = platform.certificates;
  // Graph's address has to be known before the workers are there.
  const started: Workers[] = [];
  const ports = () => started.flatMap((workers) => workers.ports());
  const isServed = options.front ?? true;
  const front = isServed ? await startPublicFront({ key, cert, ports }) : undefined;
  stops.push(async () => front?.close());
  const publicUrl = front?.url ?? url;
  const env = {
    ...appSettings(platform),
    PUBLIC_URL: publicUrl,
    WEBHOOKS_TO_LOOPBACK: 'yes',
    CONNECTOR_CLIENT_ID: installation.clientId,
    POLL_SCHEDULE: options.pollSchedule ?? '0 */3 * * * *',
    ...(options.signIn && platform.tenant ? signInSettings(platform.tenant, installation) : {}),
    ...options.env,
  };
  const { tenant, adminToken } = platform;
  const adminBearer =
    options.signIn && tenant
      ? openAdminBearer({ ...installation, tenantUrl: tenant.url })
      : async () => adminToken;
  const workers = await startWorkers({
    count: options.workers ?? 1,
    port,
    env,
    onOutput: outputOf(options),
    ...given(options, ['root', 'functionsDir']),
  });
  started.push(workers);
  stops.push(() => workers.close(DRAIN_MS));
  return {
    ...installation,
    ...controls(platform, workers),
    url,
    publicUrl,
    env,
    stop,
    tenantUrl: tenant?.url ?? '',
    adminToken,
    adminBearer,
    caPem,
    vouching: platform.identity.vouching,
    tableConnectionString: platform.tables.connectionString,
  };
}

/** What the app stands on. */
interface Platform {
  readonly certificates: Certificates;
  readonly tables: Tables;
  readonly identity: Identity;
  readonly vault: Vault;
  readonly broker: Broker;
  readonly tenant: TenantPlace | undefined;
  readonly adminToken: string;
}

async function startPlatform(
  options: AzureOptions,
  installation: Installation,
  stops: Stop[],
): Promise<Platform> {
  const dataDir = options.dataDir === undefined ? {} : { dataDir: options.dataDir };
  const onOutput = outputOf(options);
  const folder = await mkdtemp(join(tmpdir(), 'tandem-'));
  stops.push(() => rm(folder, { recursive: true, force: true }));
  // Side by side; what comes up after another one has failed is closed all the same.
  const closeLater = <T extends { close(): Promise<void> } | undefined>(part: Promise<T>) => {
    stops.push(() => part.then((started) => started?.close()).catch(() => {}));
    return part;
  };
  const making = makeCertificates(folder).then(trusted);
  const [tables, identity, broker, tenant, certificates] = await Promise.all([
    closeLater(startTables(options.dataDir ? { dataDir: join(options.dataDir, 'tables') } : {})),
    closeLater(startIdentity({ resources: [VAULT_RESOURCE] })),
    closeLater(startBroker({ ...dataDir, onOutput })),
    closeLater(making.then((made) => startTenant(options, installation, made))),
    making,
  ]);
  const vault = await closeLater(startVault({ ...dataDir, verify: identity.verify }));
  const token = await keptAdminToken(vault);
  await vault.secrets.set('connector-secret', installation.clientSecret, {});
  return { certificates, tables, identity, vault, broker, tenant, adminToken: token };
}

/** Adds what NODE_EXTRA_CA_CERTS already names, because it takes one file only. */
async function trusted(certificates: Certificates): Promise<Certificates> {
  const others = process.env.NODE_EXTRA_CA_CERTS;
  if (others) {
    const texts = [certificates.caPem, await readFile(others, 'utf8').catch(() => '')];
    await writeFile(certificates.caFile, texts.join('\n'));
  }
  return certificates;
}

async function keptAdminToken({ secrets }: Vault): Promise<string> {
  const kept = secrets.find('admin-token')?.versions.at(-1);
  if (kept) return kept.value;
  const token = randomBytes(32).toString('base64url');
  await secrets.set('admin-token', token, {});
  return token;
}

async function startTenant(
  options: AzureOptions,
  installation: Installation,
  certificates: Certificates,
): Promise<TenantPlace | undefined> {
  if (options.tenant === false) return undefined;
  const base = { installation, certificates, ...given(options, ['callbackCa']) };
  return openTenantPlace({ ...base, onOutput: outputOf(options) }, options);
}

function appSettings({ tenant, ...platform }: Platform): Record<string, string> {
  return {
    SERVICEBUS: platform.broker.connectionString,
    TABLES: platform.tables.connectionString,
    KEY_VAULT_URI: platform.vault.url,
    IDENTITY_ENDPOINT: platform.identity.url,
    IDENTITY_HEADER: platform.identity.header,
    NODE_EXTRA_CA_CERTS: platform.certificates.caFile,
    ...(tenant ? { ENTRA_AUTHORITY: tenant.url, GRAPH_BASE_URL: tenant.url } : {}),
  };
}

/** The connector's own registration stands for the admin API, too. */
function signInSettings({ url }: TenantPlace, { tenantId, clientId }: Installation) {
  return { ADMIN_ISSUER: `${url}/${tenantId}/v2.0`, ADMIN_AUDIENCE: clientId };
}

function controls(platform: Platform, workers: Workers) {
  return {
    workerStats: workers.stats,
    killWorker: workers.kill,
    startWorker: workers.start,
    runTimer: workers.runTimer,
    busStats: platform.broker.stats,
    restartBroker: platform.broker.restart,
    tableFaults: platform.tables.setFaults,
    replaceTenant: async (options: TenantOptions) => {
      if (!platform.tenant) throw new Error('There is no tenant here.');
      return platform.tenant.replace(options);
    },
  };
}

function outputOf({ onOutput }: AzureOptions): (text: string) => void {
  return onOutput ?? ((text) => void process.stderr.write(text));
}
